import assert from "node:assert/strict";
import {
  batchNormBackward,
  batchNormForward,
  batchNormInference as inferenceOf,
  batchNormInferenceBackward,
  batchRenormBackward,
  batchRenormForward,
  type Layout,
} from "@renorm/core-math";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { channelPlaces } from "@renorm/testing/definition";
import { seededRandom } from "@renorm/testing/random_tensor";
import fc from "fast-check";
import type { NormParams } from "./mod.ts";
import { buffersLeft } from "./testing/live_buffers.ts";
import {
  arrayOf,
  functions,
  inLayout,
  randomBatch,
  read,
  shapes,
  stepOf,
  treesOf,
} from "./testing/batches.ts";

const { batchNorm, batchNormInference, batchRenorm, initialState } = functions;
const { numpy: np, tree } = jax;
const limits = { rmax: 1.5, dmax: 0.5 };

const orZero = (value: number) => Number.isNaN(value) ? 0 : value;

/** A batch whose masked positions hold garbage, with the mask as numbers. */
function maskedBatch(
  shape: readonly number[],
  layout: Layout,
  seed: number,
  share: number,
  garbage: number,
) {
  const batch = randomBatch(inLayout(layout, shape), seed, Float32Array);
  const [n, , ...spatial] = shape;
  const random = seededRandom(seed);
  const maskShape = [n, ...spatial];
  const flags = Array.from(
    { length: maskShape.reduce((a, b) => a * b, 1) },
    () => random() < share ? 1 : 0,
  );
  for (const places of channelPlaces(batch.x.shape, layout)) {
    places.forEach((place, i) => {
      if (flags[i] === 0) batch.x.data[place] = batch.dy.data[place] = garbage;
    });
  }
  const m = flags.filter(Boolean).length;
  const mask = () => np.array(flags).reshape(maskShape).greater(0);
  return { batch, m, mask, plain: { data: flags, shape: maskShape } };
}

/** The running statistics of a batch, to be moved. */
const runningOf = ({ runningMean, runningVar }: ReturnType<typeof maskedBatch>["batch"]) => ({
  runningMean: runningMean.slice(),
  runningVar: runningVar.slice(),
});

/** The values at positions that count, or at the finite ones of the others. */
function valuesAt(
  { batch: { x }, plain }: ReturnType<typeof maskedBatch>,
  layout: Layout,
  values: Float32Array,
  counts: boolean,
): number[] {
  const places = channelPlaces(x.shape, layout)
    .flatMap((own) => own.filter((_, i) => (plain.data[i] === 1) === counts));
  return places.map((place) => values[place]).filter((value) => counts || Number.isFinite(value));
}

for (const device of ["cpu", "wasm"] as const) {
  Deno.test(`under a mask y, gradients and statistics are those of core-math, on ${device}`, async () => {
    const before = jax.defaultDevice();
    jax.defaultDevice(device);
    try {
      const drawn = fc.record({
        shape: fc.constantFrom(...shapes, [3, 3, 37], [40, 3]),
        layout: fc.constantFrom<Layout>("channels-first", "channels-last"),
        seed: fc.nat(999),
        share: fc.constantFrom(0.3, 0.6, 0.9),
        garbage: fc.constantFrom(0, 1e6, NaN),
        isRenorm: fc.boolean(),
        momentum: fc.constantFrom(0.1, 0.7),
      });
      const property = fc.asyncProperty(drawn, async (given) => {
        const { shape, layout, seed, share, garbage, isRenorm, momentum } = given;
        const masked = maskedBatch(shape, layout, seed, share, garbage);
        const { batch, m, mask, plain } = masked;
        fc.pre(m > 1);
        const step = stepOf((x, params, state) =>
          isRenorm
            ? batchRenorm(x, params, state, limits, { layout, momentum, mask: mask() })
            : batchNorm(x, params, state, { layout, momentum, mask: mask() })
        );
        const { x, dy, params, state } = treesOf(batch);
        const [[dx, gradients], [y, next]] = await read(step(x, params, state, dy));

        const running = runningOf(batch);
        const parameters = { weight: batch.weight, bias: batch.bias, ...running };
        const options = { layout, momentum, mask: plain };
        const forward = isRenorm
          ? batchRenormForward(batch.x, parameters, { ...options, ...limits })
          : batchNormForward(batch.x, parameters, options);
        const backward = isRenorm
          ? batchRenormBackward(batch.dy, forward.saved as never)
          : batchNormBackward(batch.dy, forward.saved);
        for (const counts of [true, false]) {
          const of = (values: Float32Array) => valuesAt(masked, layout, values, counts);
          assertClose(of(y), of(forward.y.data), 2e-6, "y");
        }
        assertClose(dx, backward.dx.data, 1e-5, "dx");
        assertClose(gradients.weight, backward.dWeight!, 1e-5, "dWeight");
        assertClose(gradients.bias, backward.dBias!, 1e-5, "dBias");
        assertClose(next.runningMean, running.runningMean, 2e-6, "runningMean");
        assertClose(next.runningVar, running.runningVar, 2e-6, "runningVar");
        assert.equal(next.numBatchesTracked[0], 1);
      });
      await fc.assert(property, { seed: 170203275, numRuns: device === "cpu" ? 25 : 12 });
    } finally {
      jax.defaultDevice(before);
    }
  });
}

Deno.test("inference under a mask has core-math's y and gradients, whatever stands at the others", async () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    const { batch, mask, plain } = maskedBatch([4, 3, 5], layout, 7, 0.6, NaN);
    const step = stepOf((x, params, state) => {
      const y = batchNormInference(x, params, tree.ref(state), { layout, mask: mask() });
      return [y, tree.map(jax.lax.stopGradient, state) as typeof state];
    });
    const { x, dy, params, state } = treesOf(batch);
    const [[dx, gradients], [y]] = await read(step(x, params, state, dy));
    const forward = inferenceOf(batch.x, batch, { layout, mask: plain });
    const backward = batchNormInferenceBackward(batch.dy, forward.saved);
    assertClose(y.map(orZero), forward.y.data.map(orZero), 1e-6, "y");
    assertClose(dx, backward.dx.data, 1e-6, "dx");
    assertClose(gradients.weight, backward.dWeight!, 1e-6, "dWeight");
    assertClose(gradients.bias, backward.dBias!, 1e-6, "dBias");
  }
});

for (const count of [0, 1]) {
  Deno.test(`${count} positions that count are no batch: y and gradients are inference's, nothing moves`, async () => {
    const { batch } = maskedBatch([2, 3, 4], "channels-first", 3, 1, 0);
    // Of the second sample the last, whose running statistics are far off.
    const flags = np.arange(8).reshape([2, 4]).greaterEqual(8 - count);
    for (const isRenorm of [true, false]) {
      const step = stepOf((x, params, state) =>
        isRenorm
          ? batchRenorm(x, params, state, { rmax: 1, dmax: 0 }, { mask: flags.ref })
          : batchNorm(x, params, state, { momentum: null, mask: flags.ref })
      );
      const { x, dy, params, state } = treesOf(batch);
      const before = await read(tree.ref(state));
      const [[dx, gradients], [y, next]] = await read(step(x, params, state, dy));
      for (const name of Object.keys(before)) {
        assert.deepEqual([...next[name]], [...before[name]], name);
      }

      const infer = stepOf((x, params, state) => {
        const y = batchNormInference(x, params, tree.ref(state));
        return [y, tree.map(jax.lax.stopGradient, state) as typeof state];
      });
      const dyCounting = batch.dy.data.map((value, i) =>
        count && i >= 12 && i % 4 === 3 ? value : 0
      );
      const again = treesOf(batch);
      again.dy.dispose();
      const [[fixedDx, fixed], [fixedY]] = await read(
        infer(again.x, again.params, again.state, arrayOf(dyCounting, [2, 3, 4])),
      );
      assertClose(y, fixedY, 1e-5, "y");
      assertClose(dx, fixedDx, 1e-5, "dx");
      assertClose(gradients.weight, fixed.weight, 1e-5, "dWeight");
      assertClose(gradients.bias, fixed.bias, 1e-6, "dBias");
    }
    flags.dispose();
  });
}

Deno.test("a mask is refused that is no boolean array of the positions, with nothing consumed", () => {
  const { x, params, state, dy } = treesOf(randomBatch([4, 3, 5], 7, Float32Array));
  const wrong: readonly [unknown, RegExp][] = [
    [np.ones([4, 5]), /^TypeError: batchRenorm expects mask to be an array .* bool: got float32$/],
    [new Uint8Array(20), /expects mask to be an array of jax-js of dtype bool: got Uint8Array$/],
    [
      np.ones([4, 3, 5]).greater(0),
      /mask of shape \[4, 5\], x without its channels: got shape \[4, 3, 5\]/,
    ],
    [np.ones([4]).greater(0), /got shape \[4\]$/],
  ];
  for (const [mask, message] of wrong) {
    const call = () => batchRenorm(x, params, state, limits, { mask: mask as jax.Array });
    assert.throws(call, (error) => message.test(String(error)));
    if (mask instanceof np.Array) assert.equal(mask.refCount, 1);
  }
  assert.equal(x.refCount, 1);
  tree.dispose([x, params, state, dy]);
});

for (const device of ["cpu", "wasm"] as const) {
  Deno.test(`a mask is consumed, and no buffer is left behind on ${device}`, async () => {
    const before = jax.defaultDevice();
    jax.defaultDevice(device);
    try {
      const batch = randomBatch([4, 3, 5], 37, Float32Array);
      const mask = () => np.arange(20).reshape([4, 5]).less(13);
      const step = stepOf((x, params, state) =>
        batchRenorm(x, params, state, limits, { mask: mask() })
      );
      const runs: Readonly<Record<string, () => unknown>> = {
        "renorm": () => {
          const { x, params, state, dy } = treesOf(batch);
          dy.dispose();
          return batchRenorm(x, params as NormParams, state, limits, { mask: mask() });
        },
        "norm": () => batchNorm(np.ones([4, 3, 5]), {}, initialState(3), { mask: mask() }),
        "an empty batch": () =>
          batchNorm(np.zeros([0, 3, 5]), {}, initialState(3), {
            mask: np.zeros([0, 5]).greater(0),
          }),
        "gradients": () => {
          const { x, params, state, dy } = treesOf(batch);
          return step(x, params, state, dy);
        },
      };
      for (const [name, run] of Object.entries(runs)) {
        assert.equal(await buffersLeft(async () => void await read(run())), 0, name);
      }
    } finally {
      jax.defaultDevice(before);
    }
  });
}
