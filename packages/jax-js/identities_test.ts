import assert from "node:assert/strict";
import { limitsAt, linearWarmup, type Schedule, stepAfter } from "@renorm/schedule";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
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
import {
  type NormParams,
  type NormState,
  renormFunctions,
  type RenormLimits,
  type RenormSchedule,
} from "./mod.ts";

const { batchNorm, batchNormInference, batchRenorm, initialState } = functions;

Deno.test("batchRenorm() with rmax 1 and dmax 0 is batchNorm() bit for bit, gradients too", async () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const [seed, shape] of shapes.entries()) {
      const batch = randomBatch(inLayout(layout, shape), seed, Float32Array);
      const options = { layout, runningVariance: "biased" } as const;
      const norm = stepOf((x, params, state) => batchNorm(x, params, state, options));
      const renorm = stepOf((x, params, state) =>
        batchRenorm(x, params, state, { rmax: 1, dmax: 0 }, options)
      );
      const [first, second] = [treesOf(batch), treesOf(batch)];
      assert.deepEqual(
        await read(renorm(first.x, first.params, first.state, first.dy)),
        await read(norm(second.x, second.params, second.state, second.dy)),
      );
    }
  }
});

Deno.test("batchRenorm() with open limits gives what inference gives", async () => {
  const batch = randomBatch([4, 3, 5], 23, Float32Array);
  const [first, second] = [treesOf(batch), treesOf(batch)];
  const open = { rmax: Infinity, dmax: Infinity };
  const [y, state] = batchRenorm(first.x, first.params, first.state, open);
  const expected = batchNormInference(second.x, second.params, second.state);
  assertClose(await read(y), await read(expected), 1e-6);
  jax.tree.dispose(state);
});

Deno.test("batchRenorm() under jit gives the bits that it gives alone", async () => {
  const batch = randomBatch([4, 3, 5], 29, Float32Array);
  const limits = { rmax: 1.5, dmax: 0.5 };
  const jitted = jax.jit((
    x: jax.Array,
    params: NormParams,
    state: NormState,
    limits: RenormLimits,
  ) => batchRenorm(x, params, state, limits));
  const [first, second] = [treesOf(batch), treesOf(batch)];
  assert.deepEqual(
    await read(jitted(first.x, first.params, first.state, limits)),
    await read(batchRenorm(second.x, second.params, second.state, limits)),
  );
});

Deno.test("batchRenorm() takes a schedule or a warm-up by the names of the layers' options", async () => {
  const batch = randomBatch([4, 3], 37, Float32Array);
  const run = async (limits: RenormLimits | RenormSchedule) => {
    const state = { ...initialState(3), numBatchesTracked: jax.numpy.array(3) };
    return await read(batchRenorm(arrayOf(batch.x.data, [4, 3]), {}, state, limits));
  };
  const schedule = linearWarmup({ rmax: 2, warmupSteps: 8 });
  const expected = await run(schedule);
  assert.deepEqual(await run({ schedule }), expected);
  assert.deepEqual(await run({ rmax: 2, warmupSteps: 8 }), expected);
  assert.notDeepEqual(await run({ warmupSteps: 8 }), expected);
  assert.deepEqual(await run({ warmupSteps: 8 }), await run(linearWarmup({ warmupSteps: 8 })));
  const open = { rmax: Infinity, dmax: Infinity };
  for (const warmupSteps of [0, 8]) {
    assert.deepEqual(await run({ ...open, warmupSteps }), await run(open));
  }
});

const schedules: Readonly<Record<string, Schedule>> = {
  "a warm-up": linearWarmup({ rmax: 3, dmax: 5, warmupSteps: 7 }),
  "a jump": stepAfter(4, { rmax: 2, dmax: 1 }),
  "curves of different knots": {
    rmax: [[2, 1], [3, 1.5], [3, 2], [9, 2.5]],
    dmax: [[0, 0.3]],
  },
};
for (const [name, schedule] of Object.entries(schedules)) {
  Deno.test(`batchRenorm() reads ${name} at the step of the state, as limitsAt() does`, async () => {
    const batch = randomBatch([4, 3, 5], 31, Float64Array);
    let state = initialState(3);
    for (let step = 1; step <= 12; step++) {
      const [x, again] = [0, 1].map(() => arrayOf(batch.x.data.map((v) => v * step), [4, 3, 5]));
      const kept = jax.tree.ref(state);
      const [y, next] = batchRenorm(x, {}, state, schedule);
      const [expected, other] = batchRenorm(again, {}, kept, limitsAt(schedule, step));
      assertClose(await read(y), await read(expected), 1e-12, `step ${step}`);
      jax.tree.dispose(other);
      state = next;
    }
    assert.equal((await read(state)).numBatchesTracked[0], 12);
  });
}

Deno.test("a step under jit is traced once, though the limits and the step change", async () => {
  let traces = 0;
  const schedule = linearWarmup({ warmupSteps: 10 });
  const given = jax.jit((x: jax.Array, state: NormState, limits: RenormLimits) => {
    traces++;
    return batchRenorm(x, {}, state, limits);
  });
  const read = jax.jit((x: jax.Array, state: NormState) => {
    traces++;
    return batchRenorm(x, {}, state, schedule);
  });
  const states = [initialState(3), initialState(3)];
  for (let step = 1; step <= 5; step++) {
    const [x, again] = [0, 1].map(() =>
      arrayOf(randomBatch([4, 3], step, Float32Array).x.data, [
        4,
        3,
      ])
    );
    const [first, firstState] = given(x, states[0], limitsAt(schedule, step));
    const [second, secondState] = read(again, states[1]);
    assertClose(await first.data(), await second.data(), 1e-6, `step ${step}`);
    states.splice(0, 2, firstState, secondState);
  }
  assert.equal(traces, 2);
  jax.tree.dispose(states);
});

Deno.test("renormFunctions() takes the four things it needs of jax-js, and makes one set of functions for a jax-js", () => {
  const { defaultDevice, jit, lax, numpy } = jax;
  assert.equal(renormFunctions({ defaultDevice, jit, lax, numpy }), functions);
  assert.equal(renormFunctions(jax), functions);
});
