import assert from "node:assert/strict";
import { BatchRenorm1d } from "@renorm/core-math";
import { limitsAt, type Schedule } from "@renorm/schedule";
import { fileOf, norm, type TestTensor } from "../../testing/checkpoints.ts";
import { convertSafetensors } from "./convert_safetensors.ts";
import { readSafetensors } from "./read_safetensors.ts";

const scale = [2, 3];
const bias = [5, 7];
const mean = [1, -2];
const variance = [3, 8];

/** A norm as the critic of a CrossQ policy has it, with `steps` in int64 and without a shape. */
function renorm(path: string, steps = 120_000): Record<string, TestTensor> {
  const vectors = { ra_mean: mean, ra_var: variance, scale, bias };
  const named = Object.entries(vectors).map(([name, values]) => [
    `${path}.${name}`,
    { shape: [2], values },
  ]);
  const counter = { dtype: "I64", shape: [], values: [steps] };
  return { ...Object.fromEntries(named), [`${path}.steps`]: counter };
}

const weight = { shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] };
const policy = { ...renorm("critic.qf0.0"), "critic.qf0.1.weight": weight };
const file = fileOf(policy);

Deno.test("a norm of sb3-contrib's CrossQ loads into a layer, which gives in eval what its formula gives", async () => {
  const { layer, state } = (await readSafetensors(file)).norms.get("critic.qf0.0")!;
  assert.equal(layer.kind, "batch-renorm");
  assert.deepEqual([layer.eps, layer.momentum, layer.numBatchesTracked], [1e-3, 0.01, 120_000]);
  const { schedule } = layer.renorm!.limits as { schedule: Schedule };
  // The module compares the forwards before this one, and opens when they are more than 100 000.
  assert.deepEqual(limitsAt(schedule, 100_001), { rmax: 1, dmax: 0 });
  assert.deepEqual(limitsAt(schedule, 100_002), { rmax: 3, dmax: 5 });
  const { numFeatures, eps } = layer;
  const options = { eps, momentum: layer.momentum!, schedule };
  const loaded = new BatchRenorm1d(numFeatures!, options).loadStateDict(state);
  assert.equal(loaded.renormStep, 120_000);
  const x = [4, 9];
  const { data } = loaded.eval().forward({ data: Float32Array.from(x), shape: [1, 2] });
  x.forEach((value, c) => {
    const expected = scale[c] * (value - mean[c]) / Math.sqrt(variance[c] + 1e-3) + bias[c];
    assert.ok(Math.abs(data[c] - expected) < 1e-5);
  });
});

Deno.test("the caller's eps and momentum go before those of sb3-contrib's class", async () => {
  const { norms } = await readSafetensors(file, { eps: 1e-5, momentum: 0.1 });
  const { eps, momentum } = norms.get("critic.qf0.0")!.layer;
  assert.deepEqual([eps, momentum], [1e-5, 0.1]);
});

Deno.test("sb3-contrib's norms stay batch renorm beside a batch norm, and say why they cannot go back", async () => {
  const { bytes, converted, notes } = await convertSafetensors(
    fileOf({ ...policy, ...norm("bn") }),
  );
  assert.deepEqual(converted.map(({ path }) => path), ["bn"]);
  assert.ok(notes!.some((note) => /sb3-contrib's names/.test(note)));
  const { tensors } = await readSafetensors(bytes);
  for (const name of Object.keys(policy)) assert.ok(tensors.has(name), name);
  const back = { to: "batch-norm" } as const;
  await assert.rejects(
    convertSafetensors(bytes, back),
    /critic\.qf0\.0, .* ra_mean and ra_var say sb3-contrib's batch renorm/,
  );
  const skipping = await convertSafetensors(bytes, { ...back, onUnsupported: "skip" });
  assert.deepEqual(skipping.converted.map(({ path }) => path), ["bn"]);
  assert.deepEqual(skipping.skipped.map(({ path }) => path), ["critic.qf0.0"]);
});

Deno.test("half a norm is told by sb3-contrib's names too, and steps elsewhere are no count", async () => {
  const { "a.ra_var": _gone, ...half } = renorm("a");
  await assert.rejects(convertSafetensors(fileOf(half)), /a, .*without a running_var/);
  const schedule = { "lr.steps": { shape: [2], values: [0.5, -1] } };
  const { norms } = await readSafetensors(fileOf({ ...schedule, ...norm("bn") }));
  assert.deepEqual([...norms.keys()], ["bn"]);
  await assert.rejects(readSafetensors(fileOf(renorm("a", -1))), /a\.steps.* one count/);
});
