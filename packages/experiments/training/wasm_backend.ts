/** TensorFlow.js on WebAssembly, with the gradients that its backend lacks. */
import { fileURLToPath } from "node:url";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";
import { useWasmGradients } from "./wasm_gradients.ts";

/** Makes wasm the backend; it can train convolutions of 1 × 1 and depthwise ones of stride 1. */
export async function useWasmBackend(): Promise<void> {
  const script = fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"));
  setWasmPaths(script.replace(/[^/\\]*$/, ""));
  await tf.setBackend("wasm");
  useWasmGradients();
}
