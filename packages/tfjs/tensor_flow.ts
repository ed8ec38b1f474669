/** TensorFlow.js as the user hands it in, so that there is one copy of it. */
import type * as core from "@tensorflow/tfjs-core";
import type * as layers from "@tensorflow/tfjs-layers";

/**
 * What `import * as tf from "@tensorflow/tfjs"` gives, or `tfjs-core` and `tfjs-layers` in one
 * object. Without `default`: a CommonJS module that is imported as a whole has one in the eyes of
 * an ES module's TypeScript, and none in those of a CommonJS module's.
 */
export type TensorFlow = Omit<typeof core & typeof layers, "default">;

/** A model of `tf.sequential`, `tf.model` or `tf.loadLayersModel`. */
export type LayersModel = layers.LayersModel;

/** A `tf.Tensor`. */
export type Tensor = core.Tensor;

/** A `tf.Variable`. */
export type Variable = core.Variable;
