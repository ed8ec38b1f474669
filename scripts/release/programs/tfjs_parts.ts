/** TensorFlow.js of a user who has its parts, and not all of it. */
import "@tensorflow/tfjs-backend-cpu";
export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
