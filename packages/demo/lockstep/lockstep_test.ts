import assert from "node:assert/strict";
import { BatchRenorm1d } from "@renorm/core-math";
import { assertClose, numbers } from "@renorm/testing/assertions";
import { type Batches, hidden, type Norm, trainNet } from "./train_net.ts";
import { trainInWorkers } from "./train_in_workers.ts";

const steps = 20;
const samplesOfAll = 12;

/** Samples `from` to `to` of each step's batch. */
function samples(from: number, to: number): Batches {
  const inputs = Array.from(
    { length: steps },
    (_, step) => Float64Array.from(numbers(step, 2 * samplesOfAll).slice(2 * from, 2 * to)),
  );
  const targets = inputs.map((x) =>
    Float64Array.from({ length: x.length / 2 }, (_, i) => x[2 * i] ** 2 - x[2 * i + 1])
  );
  return { inputs, targets, samplesOfAll };
}

/** The layer, over the samples that are here alone. */
function ownNorm(): Norm {
  const layer = new BatchRenorm1d(hidden, { warmupSteps: 10 });
  return {
    weight: layer.weight!,
    bias: layer.bias!,
    forward: (x) => Promise.resolve(layer.forward(x)),
    backward: (dy) =>
      Promise.resolve({
        dx: layer.backward(dy),
        dWeight: layer.weightGrad!,
        dBias: layer.biasGrad!,
      }),
  };
}

const alone = (values: Float64Array) => Promise.resolve(values);

Deno.test("four workers in lockstep have the losses of one process with the whole batch", async () => {
  const whole = await trainNet(samples(0, samplesOfAll), ownNorm(), alone);
  // Shares of different sizes, the last of a single sample.
  const shares = [samples(0, 5), samples(5, 9), samples(9, 11), samples(11, 12)];
  const losses = await trainInWorkers(shares);
  assert.equal(losses.length, 4);
  for (const own of losses) assertClose(own, whole, 1e-6);
  assert.ok(whole[steps - 1] < 0.8 * whole[0], `${whole}`);
});
