import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import fc from "fast-check";
import {
  assertMovesNothing,
  build,
  type Compared,
  comparedLayers,
  stepInput,
  tf,
} from "./testing/compare_layer.ts";

await tf.setBackend("cpu");

/** Any axis that the loops take, few values and many, clipped and not. */
const anyLayer: fc.Arbitrary<Compared> = fc.record({
  channels: fc.integer({ min: 1, max: 9 }),
  others: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 })
    .filter((lengths) => lengths.reduce((product, length) => product * length) > 2),
  isFirst: fc.boolean(),
  scale: fc.boolean(),
  center: fc.boolean(),
  limits: fc.option(fc.constantFrom(
    { rmax: 1.1, dmax: 0.1, warmupSteps: 0 },
    { rmax: 3, dmax: 5, warmupSteps: 2 },
    { rmax: Infinity, dmax: Infinity, warmupSteps: 0 },
  )),
}).map(({ channels, others, isFirst, limits, ...config }) => ({
  ...config,
  ...limits && { limits },
  axis: isFirst ? 1 : -1,
  shape: isFirst ? [others[0], channels, ...others.slice(1)] : [...others, channels],
}));

/** Everything that some steps of a layer give. */
function outcome(compared: Compared): Record<string, Float32Array> {
  const { shape, scale = true, center = true } = compared;
  const layer = build(compared);
  const values: Record<string, Float32Array> = {};
  const tensorOf = (data: Float32Array) => tf.tensor(data, [...shape]);
  for (let step = 0; step < 3; step++) {
    tf.tidy(() => {
      const x = tensorOf(stepInput(shape, step).data);
      const dy = tensorOf(randomTensor(shape, seededRandom(77 + step)).data);
      const weights = layer.trainableWeights.map((weight) => weight.read());
      let y: tf.Tensor | null = null;
      const gradients = tf.grads((x: tf.Tensor, ..._weights: tf.Tensor[]) => {
        y = tf.keep(layer.call(x, { training: true }) as tf.Tensor);
        return y;
      })([x, ...weights], dy);
      const names = ["dx", ...scale ? ["dGamma"] : [], ...center ? ["dBeta"] : []];
      const averages = layer.nonTrainableWeights.map((weight) => weight.read());
      for (const [i, tensor] of [y!, ...gradients, ...averages].entries()) {
        const name = ["y", ...names, "mean", "variance"][i];
        values[`${name} of step ${step}`] = tensor.dataSync<"float32">();
      }
      tf.dispose(y!);
    });
  }
  return values;
}

Deno.test("y, all gradients and the averages are those of TensorFlow.js' operations to 1e-6", () => {
  fc.assert(
    fc.property(anyLayer, (compared) => {
      const [fused, stock] = [true, false].map((fused) => outcome({ ...compared, fused }));
      assert.deepEqual(Object.keys(fused), Object.keys(stock));
      for (const [name, expected] of Object.entries(stock)) {
        const largest = Math.max(1, ...expected.map(Math.abs));
        assert.equal(fused[name].length, expected.length);
        fused[name].forEach((value, i) => {
          const error = Math.abs(value - expected[i]);
          assert.ok(error <= 1e-6 * largest, `${name}[${i}]: ${value}, expected ${expected[i]}`);
        });
      }
    }),
    { numRuns: 60, seed: 16 },
  );
});

for (const fused of [true, false]) {
  Deno.test(`a step with fused ${fused} ${fused ? "runs no operation" : "runs operations"} of TensorFlow.js`, async () => {
    const layer = build({ ...comparedLayers["rank 4"], fused });
    const x = tf.tensor(stepInput([2, 4, 4, 3], 1).data, [2, 4, 4, 3]);
    const { kernelNames } = await tf.profile(() =>
      tf.grad((x: tf.Tensor) => layer.call(x, { training: true }) as tf.Tensor)(x)
    );
    // The gradient is filled with ones at its start; a custom gradient has no name.
    const others = kernelNames.filter((name) =>
      !["Fill", "Identity", "unnamed scope"].includes(name)
    );
    assert.equal(others.length === 0, fused, String(others));
  });
}

Deno.test("what was read of the averages, or shares their values, does not move with them", () => {
  const [first, second] = [1, 2].map(() => build(comparedLayers["rank 2"]));
  const given = [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]
    .map((values) => Float32Array.from(values));
  first.setWeights(given.map((values) => tf.tensor(values)));
  second.setWeights(first.getWeights());
  const read = first.getWeights().map((weight) => weight.dataSync());
  const x = tf.tensor(stepInput([6, 5], 1).data, [6, 5]);
  tf.dispose(second.call(x, { training: true }));
  const copies = given.map((values) => [...values]);
  assert.deepEqual(first.getWeights().map((weight) => [...weight.dataSync()]), copies);
  tf.dispose(first.call(x, { training: true }));
  assert.deepEqual(read.map((values) => [...values]), copies);
  assert.deepEqual(given.map((values) => [...values]), copies);
  const moved = [first, second].map((layer) => layer.getWeights()[2].dataSync());
  assert.deepEqual(moved[0], moved[1]);
  assert.notDeepEqual([...moved[0]], copies[2]);
});

Deno.test("a step that only looks moves no average", () => assertMovesNothing());

Deno.test("a layer that is used twice has both gradients, each of its own forward", () => {
  const [fused, stock] = [true, false].map((fused) => {
    const layer = build({ ...comparedLayers["rank 2"], fused });
    const inputs = [1, 2].map((step) => tf.tensor(stepInput([6, 5], step).data, [6, 5]));
    const twice = tf.grads((a: tf.Tensor, b: tf.Tensor) => {
      const [first, second] = [a, b].map((x) => layer.call(x, { training: true }) as tf.Tensor);
      return tf.sum(tf.mul(tf.square(first), second)).asScalar();
    });
    return twice(inputs).flatMap((gradient) => [...gradient.dataSync()]);
  });
  const largest = Math.max(...stock.map(Math.abs));
  fused.forEach((value, i) => assert.ok(Math.abs(value - stock[i]) <= 1e-6 * largest));
});

Deno.test("without a gradient a step leaves one tensor, its output", () => {
  const layer = build(comparedLayers["rank 4"]);
  const x = tf.tensor(stepInput([2, 4, 4, 3], 1).data, [2, 4, 4, 3]);
  const before = tf.memory().numTensors;
  const y = layer.call(x, { training: true }) as tf.Tensor;
  assert.equal(tf.memory().numTensors, before + 1);
  tf.dispose([x, y]);
});
