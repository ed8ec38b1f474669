import assert from "node:assert/strict";
import { channelView } from "@renorm/core-math";
import { fc } from "@renorm/testing/fast_check";
import { bindingsOf } from "./bindings.ts";
import { type Kernel, kernels } from "./kernels.ts";
import { packParams, type Params, paramsSize } from "./params.ts";
import { type Operation, planOperation } from "./plan.ts";
import { type Tuning, tuningFor } from "./tuning.ts";
import { paramsWgsl } from "./wgsl/params.ts";

const software = tuningFor({ adapterInfo: { description: "llvmpipe" } } as unknown as GPUDevice);
const hardware = tuningFor({} as GPUDevice);
const bindingLimit = 2 ** 27;

function plan(operation: Operation, shape: number[], tuning: Tuning, limit = bindingLimit) {
  return planOperation(operation, channelView(shape), "float32", tuning, limit);
}

Deno.test("a step takes at most 3 dispatches each way and 1 for inference, on any shape", () => {
  const length = fc.integer({ min: 1, max: 300 });
  fc.assert(fc.property(length, length, length, fc.boolean(), (n, c, inner, isSoftware) => {
    const tuning = isSoftware ? software : hardware;
    for (const [operation, most] of [["forward", 3], ["backward", 3], ["inference", 1]] as const) {
      assert.ok(plan(operation, [n, c, inner], tuning).dispatches.length <= most);
    }
  }));
});

Deno.test("the pieces of a channel cover it, and partials have room for all of them", () => {
  const length = fc.integer({ min: 1, max: 5000 });
  fc.assert(fc.property(length, fc.integer({ min: 1, max: 9 }), length, (n, c, inner) => {
    for (const tuning of [software, hardware]) {
      const { geometries, partials, dispatches } = plan("forward", [n, c, inner], tuning);
      const [geometry] = geometries;
      const whole = geometry.inner === 1 ? geometry.outer : geometry.outer * geometry.inner;
      assert.ok(geometry.pieces * geometry.pieceLength >= whole);
      const lanes = geometry.inner === 1 ? tuning.rows : tuning.lanes;
      assert.ok(geometry.pieceLength <= 2048 * lanes, "no thread sums more than 2048 packs");
      if (dispatches.length === 3) assert.equal(partials, geometry.totalPieces * c);
    }
  }));
});

Deno.test("kernels bind at most 8 storage buffers a stage", () => {
  for (const [name, { parts }] of Object.entries(kernels) as [string, Kernel][]) {
    const { state, tensors } = bindingsOf(parts.join(""));
    assert.ok(state.length >= 1 && state.length + tensors.length <= 8, name);
  }
});

Deno.test("the uniform is packed in the order and the types of its WGSL", () => {
  const fields = [...paramsWgsl.matchAll(/^ {2}(\w+): (u32|f32),/gm)];
  assert.equal(4 * fields.length, paramsSize);
  const params = Object.fromEntries(fields.map(([, name], i) => [
    name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
    i + 1,
  ]));
  const words = packParams(params as unknown as Params);
  const floats = new Float32Array(words.buffer);
  const derived: Record<string, number> = {
    scaled_eps: Number(params.eps) * 2 ** 64,
    kept: 1 - Number(params.momentum),
    zero: 0,
  };
  fields.forEach(([, name, type], i) => {
    assert.equal((type === "u32" ? words : floats)[i], derived[name] ?? i + 1, name);
  });
});

Deno.test("an open limit is sent as a large finite number", () => {
  const words = packParams({ rmax: Infinity, dmax: Infinity } as Params);
  const floats = new Float32Array(words.buffer);
  assert.ok(Number.isFinite(floats[18]) && floats[18] > 1e38);
  assert.ok(Number.isFinite(floats[19]) && floats[19] > 1e38);
});
