import assert from "node:assert/strict";
import {
  batchNormBackward,
  batchNormForward,
  batchNormInference,
  batchNormInferenceBackward,
  batchRenormBackward,
  batchRenormForward,
  type FloatArray,
  type Layout,
} from "@renorm/core-math";
import * as jax from "@jax-js/jax";
import { slopes } from "@renorm/testing/definition";
import { assertClose } from "@renorm/testing/assertions";
import {
  arrayOf,
  type Batch,
  functions,
  inLayout,
  randomBatch,
  read,
  shapes,
  stepOf,
  treesOf,
} from "./testing/batches.ts";
import type { BatchRenormOptions, NormParams } from "./mod.ts";

const { batchNorm, batchNormInference: infer, batchRenorm } = functions;
const layouts: readonly Layout[] = ["channels-first", "channels-last"];

/** Limits by which some channels of the batches are clipped, all of them, and none. */
const limitsOfSteps = [
  { rmax: 1.5, dmax: 0.5 },
  { rmax: 1.01, dmax: 0.01 },
  { rmax: Infinity, dmax: Infinity },
];

/** Runs per step here and in core-math and compares all that comes out. */
async function assertSameStep(
  batch: Batch<FloatArray>,
  limits: { rmax: number; dmax: number },
  options: Omit<BatchRenormOptions, "mask">,
  tolerance: number,
): Promise<void> {
  const { x, params, state, dy } = treesOf(batch);
  const step = stepOf((x, params, state) => batchRenorm(x, params, state, limits, options));
  const [[dx, gradients], [y, next]] = await read(step(x, params, state, dy));

  const running = { runningMean: batch.runningMean.slice(), runningVar: batch.runningVar.slice() };
  const parameters = { weight: batch.weight, bias: batch.bias, ...running };
  const forward = batchRenormForward(batch.x, parameters, { ...limits, ...options });
  const backward = batchRenormBackward(batch.dy, forward.saved);
  assertClose(y, forward.y.data, tolerance, "y");
  assertClose(dx, backward.dx.data, tolerance, "dx");
  assertClose(gradients.weight, backward.dWeight!, tolerance, "dWeight");
  assertClose(gradients.bias, backward.dBias!, tolerance, "dBias");
  assertClose(next.runningMean, running.runningMean, 1e-6, "running mean");
  assertClose(next.runningVar, running.runningVar, 1e-6, "running variance");
  assert.equal(next.numBatchesTracked[0], 1);
}

for (const layout of layouts) {
  Deno.test(`batchRenorm() and its gradients are those of core-math in every rank, ${layout}`, async () => {
    for (const [seed, shape] of shapes.entries()) {
      const batch = randomBatch(inLayout(layout, shape), seed, Float32Array);
      for (const limits of limitsOfSteps) await assertSameStep(batch, limits, { layout }, 3e-6);
    }
  });
}

Deno.test("batchRenorm() takes eps, momentum and the tracked variance, and float64 to its last digits", async () => {
  const batch = randomBatch([4, 3, 5], 7, Float64Array);
  const options = { eps: 0.1, momentum: 0.3, runningVariance: "unbiased" } as const;
  for (const limits of limitsOfSteps) await assertSameStep(batch, limits, options, 1e-12);
});

Deno.test("gradients of batchRenorm() are the slopes of the loss where r and d are clipped", async () => {
  // All channels are clipped, so that r and d are constants to the slopes too.
  const limits = { rmax: 1.01, dmax: 0.01 };
  const batch = randomBatch([3, 3, 4], 11, Float64Array);
  const { x, params, state, dy } = treesOf(batch);
  const step = stepOf((x, params, state) => batchRenorm(x, params, state, limits));
  const [[dx, gradients]] = await read(step(x, params, state, dy));
  const loss = () => {
    const { x, params, state, dy } = treesOf(batch);
    const [y, next] = batchRenorm(x, params, state, limits);
    jax.tree.dispose(next);
    return y.mul(dy).sum().dataSync()[0];
  };
  assertClose(dx, slopes(batch.x.data, loss), 1e-7, "dx");
  assertClose(gradients.weight, slopes(batch.weight, loss), 1e-7, "dWeight");
  assertClose(gradients.bias, slopes(batch.bias, loss), 1e-7, "dBias");
});

Deno.test("batchRenorm() without weight or bias has neither, nor their gradients", async () => {
  const batch = randomBatch([4, 3, 5], 13, Float64Array);
  for (const names of [["weight"], ["bias"], []] as const) {
    const { x, params, state, dy } = treesOf(batch);
    const some = Object.fromEntries(names.map((name) => [name, params[name]!]));
    const step = stepOf((x, params, state) =>
      batchRenorm(x, params, state, { rmax: 1.5, dmax: 0.5 })
    );
    const [[dx, gradients], [y]] = await read(step(x, some, state, dy));
    assert.deepEqual(Object.keys(gradients), names);
    const kept = Object.fromEntries(names.map((name) => [name, batch[name]]));
    const running = {
      runningMean: batch.runningMean.slice(),
      runningVar: batch.runningVar.slice(),
    };
    const forward = batchRenormForward(batch.x, { ...kept, ...running }, { rmax: 1.5, dmax: 0.5 });
    assertClose(y, forward.y.data, 1e-12, `y with ${names}`);
    assertClose(dx, batchRenormBackward(batch.dy, forward.saved).dx.data, 1e-12);
  }
});

Deno.test("batchNorm() and its gradients are those of core-math, with a momentum or the plain average", async () => {
  const batch = randomBatch([4, 3, 5], 17, Float64Array);
  const { x, params, state, dy } = treesOf(batch);
  const running = { runningMean: batch.runningMean.slice(), runningVar: batch.runningVar.slice() };
  const parameters = { weight: batch.weight, bias: batch.bias, ...running };
  const forward = batchNormForward(batch.x, parameters);
  const backward = batchNormBackward(batch.dy, forward.saved);
  const step = stepOf((x, params, state) => batchNorm(x, params, state));
  const [[dx, gradients], [y, next]] = await read(step(x, params, state, dy));
  assertClose(y, forward.y.data, 1e-12, "y");
  assertClose(dx, backward.dx.data, 1e-12, "dx");
  assertClose(gradients.weight, backward.dWeight!, 1e-12, "dWeight");
  assertClose(next.runningMean, running.runningMean, 1e-6);
  assertClose(next.runningVar, running.runningVar, 1e-6);

  // Of batches that differ, each counts as much as the others.
  let average = functions.initialState(3);
  const expected = { runningMean: new Float32Array(3), runningVar: new Float32Array(3) };
  for (const seed of [18, 19, 20, 21]) {
    const batch = randomBatch([4, 3, 5], seed, Float64Array);
    [, average] = batchNorm(treesOf(batch).x, {}, average, { momentum: null });
    const alone = { runningMean: new Float32Array(3), runningVar: new Float32Array(3) };
    batchNormForward(batch.x, alone, { momentum: 1 });
    for (const name of ["runningMean", "runningVar"] as const) {
      alone[name].forEach((value, c) => expected[name][c] += value / 4);
    }
  }
  const { runningMean, runningVar } = await read(average);
  assertClose(runningMean, expected.runningMean, 1e-6);
  assertClose(runningVar, expected.runningVar, 1e-6);
});

Deno.test("batchNormInference() and its gradients are those of core-math, and the state stays", async () => {
  for (const layout of layouts) {
    const batch = randomBatch(inLayout(layout, [2, 3, 4]), 19, Float64Array);
    const { x, params, state, dy } = treesOf(batch);
    const loss = (x: jax.Array, params: NormParams, dy: jax.Array) => {
      const y = infer(x, params, jax.tree.ref(state), { layout });
      return [y.ref.mul(dy).sum(), y] as [jax.Array, jax.Array];
    };
    const graded = jax.grad(loss, { argnums: [0, 1], hasAux: true });
    const [[dx, gradients], y] = await read(graded(x, params, dy));
    const { weight, bias, runningMean, runningVar } = batch;
    const forward = batchNormInference(batch.x, { weight, bias, runningMean, runningVar }, {
      layout,
    });
    const backward = batchNormInferenceBackward(batch.dy, forward.saved);
    assertClose(y, forward.y.data, 1e-12, "y");
    assertClose(dx, backward.dx.data, 1e-12, "dx");
    assertClose(gradients.weight, backward.dWeight!, 1e-12, "dWeight");
    assertClose(gradients.bias, backward.dBias!, 1e-12, "dBias");
    const kept = await read(state);
    assert.deepEqual([kept.runningMean, kept.runningVar], [runningMean, runningVar]);
    assert.equal(kept.numBatchesTracked[0], 0);
  }
});

Deno.test("batchRenorm() over many values far from zero is as exact as over few near it", async () => {
  const limits = { rmax: 1, dmax: 0 };
  for (const shape of [[4, 1, 128, 128], [65536, 1]]) {
    const data = Float32Array.from({ length: 65536 }, (_, i) => 3000 + Math.sin(1 + 1.7 * i * i));
    const running = { runningMean: new Float32Array(1), runningVar: new Float32Array(1) };
    const { y } = batchRenormForward({ data, shape }, running, { ...limits, momentum: 1 });
    const given = [arrayOf(data, shape), {}, functions.initialState(1)] as const;
    const [actual, state] = await read(batchRenorm(...given, limits, { momentum: 1 }));
    assertClose(actual, y.data, 1e-5, "y");
    assertClose(state.runningMean, running.runningMean, 1e-7);
    assertClose(state.runningVar, running.runningVar, 1e-5);
  }
});

Deno.test("no gradient flows to x from the new running statistics, nor from pooled ones", async () => {
  const batch = randomBatch([4, 3, 5], 79, Float32Array);
  const loss = (x: jax.Array) => {
    const { params, state } = treesOf(batch);
    const [y, next] = batchRenorm(x.ref, params, state, { rmax: 3, dmax: 5 });
    const { mean, variance, ...others } = functions.accumulateStats(x, functions.initialStats(3));
    jax.tree.dispose([y, next.numBatchesTracked, Object.values(others)]);
    return next.runningMean.add(next.runningVar).add(mean).add(variance).sum();
  };
  const dx = await read(jax.grad(loss)(arrayOf(batch.x.data, batch.x.shape)));
  assert.ok(dx.every((value: number) => value === 0));
});

Deno.test("no gradient flows into the state, in training or inference", async () => {
  const batch = randomBatch([4, 3, 5], 73, Float32Array);
  const open = { rmax: Infinity, dmax: Infinity };
  for (const name of ["runningMean", "runningVar"] as const) {
    const { x, params, state, dy } = treesOf(batch);
    const loss = (statistic: jax.Array) => {
      const again = { ...jax.tree.ref(state), [name]: statistic.ref };
      const [trained] = batchRenorm(x.ref, jax.tree.ref(params), again, open);
      const inferred = infer(x, params, { ...state, [name]: statistic });
      return trained.add(inferred).mul(dy).sum();
    };
    assert.deepEqual([...await read(jax.grad(loss)(state[name].ref))], [0, 0, 0], name);
  }
});
