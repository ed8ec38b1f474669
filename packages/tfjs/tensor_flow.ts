/** TensorFlow.js as the user hands it in, so that there is one copy of it. */
import type * as tensorFlow from "@tensorflow/tfjs";

/** What `import * as tf from "@tensorflow/tfjs"` gives. */
export type TensorFlow = typeof tensorFlow;

/** A model of `tf.sequential`, `tf.model` or `tf.loadLayersModel`. */
export type LayersModel = tensorFlow.LayersModel;

/** A `tf.Tensor`. */
export type Tensor = tensorFlow.Tensor;

/** A `tf.Variable`. */
export type Variable = tensorFlow.Variable;
