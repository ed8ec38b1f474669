/** Times `fit` steps on one backend of this process; a JSON line a network. */
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { renormLayers } from "@renorm/tfjs";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { processorTime } from "../processor_time.ts";
import { type Net, nets, type Norm } from "./nets.ts";

/** The norms that are put into the network, `"none"` for the rest of it alone. */
export const contestants = ["tf.layers", "stock operations", "fused", "none"] as const;

/** Milliseconds of a `fit` step, a number a round, by the norm in the network. */
export interface FitTimes {
  readonly net: string;
  readonly times: Readonly<Record<typeof contestants[number], readonly number[]>>;
}

/** What the runner is told. */
export interface FitOrder {
  readonly backend: "webgpu" | "cpu";
  readonly nets: readonly (keyof typeof nets)[];
  readonly rounds: number;
  /** Of a round. */
  readonly steps: number;
}

const { batchRenormalization } = renormLayers(tf);
const norms: Readonly<Record<typeof contestants[number], Norm>> = {
  "tf.layers": () => tf.layers.batchNormalization(),
  "stock operations": () => batchRenormalization({ warmupSteps: 5, fused: false }),
  fused: () => batchRenormalization({ warmupSteps: 5 }),
  none: () => null,
};

async function timesOf(
  { inputShape, outputs, loss, layers }: Net,
  { backend, rounds, steps }: FitOrder,
): Promise<FitTimes["times"]> {
  const now = backend === "cpu" ? processorTime : () => performance.now();
  const [batchSize, ...each] = inputShape;
  const shape = [steps * batchSize, ...each];
  const x = tf.tensor(randomTensor(shape, seededRandom(1)).data, shape);
  const labels = Array.from({ length: shape[0] }, (_, i) => i % 10);
  const y = tf.tidy(() =>
    outputs > 1 ? tf.oneHot(labels, outputs) : tf.tensor(labels, [shape[0], 1])
  );
  const models = contestants.map((name) => {
    const model = layers(norms[name]);
    model.compile({ optimizer: tf.train.sgd(0.01), loss });
    return { model, times: [] as number[] };
  });
  // The first round compiles and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const { model, times } of models) {
      const start = now();
      await model.fit(x, y, { epochs: 1, batchSize, verbose: 0, shuffle: false });
      if (round > 0) times.push((now() - start) / steps);
    }
  }
  tf.dispose([x, y]);
  for (const { model } of models) model.dispose();
  return Object.fromEntries(
    contestants.map((name, i) => [name, models[i].times]),
  ) as unknown as FitTimes["times"];
}

const order = JSON.parse(Deno.args[0]) as FitOrder;
tf.enableProdMode();
if (!await tf.setBackend(order.backend)) {
  throw new Error(`TensorFlow.js expects an adapter for ${order.backend}: got none`);
}
for (const net of order.nets) {
  console.log(JSON.stringify({ net, times: await timesOf(nets[net], order) }));
}
Deno.exit(0);
