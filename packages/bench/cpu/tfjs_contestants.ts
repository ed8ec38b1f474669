/** Batch norm in TensorFlow.js on its cpu and wasm backends; NHWC, its own layout. */
import type { Tensor } from "@renorm/core-math";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { fileURLToPath } from "node:url";
import type { Contestant } from "./contestant.ts";

const backends = ["cpu", "wasm"] as const;

/** Forward with its gradients on each backend that starts here. */
export async function tfjsContestants(x: Tensor, dy: Tensor): Promise<Contestant[]> {
  const script = fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"));
  setWasmPaths(script.replace(/[^/\\]*$/, ""));
  const contestants: Contestant[] = [];
  for (const name of backends) {
    if (await tf.setBackend(name)) contestants.push(tfjsContestant(name, x, dy));
  }
  return contestants;
}

function tfjsContestant(backend: string, x: Tensor, dy: Tensor): Contestant {
  const { shape } = x;
  const channels = shape[shape.length - 1];
  const axes = shape.slice(0, -1).map((_, i) => i);
  const [input, gradient] = [x, dy].map(({ data }) => tf.tensor(data, [...shape]));
  const [gamma, beta] = [tf.ones([channels]), tf.zeros([channels])];
  const normalize = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor => {
    const { mean, variance } = tf.moments(x, axes);
    const [m, v, b, g] = [mean, variance, beta, gamma] as tf.Tensor1D[];
    return tf.batchNorm(x, m, v, b, g, 1e-5);
  };
  const gradients = tf.grads(normalize as (...args: tf.Tensor[]) => tf.Tensor);
  return {
    name: `TF.js ${backend}`,
    forward: null,
    backward() {
      tf.setBackend(backend);
      tf.tidy(() => {
        for (const result of gradients([input, gamma, beta], gradient)) result.dataSync();
      });
    },
    close: () => tf.dispose([input, gradient, gamma, beta]),
  };
}
