/** TensorFlow.js as most have it. */
export * from "@tensorflow/tfjs";
