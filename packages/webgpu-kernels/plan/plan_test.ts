import assert from "node:assert/strict";
import { channelView } from "@renorm/core-math";
import { fc } from "@renorm/testing/fast_check";
import { bindingsOf } from "../wgsl/read_bindings.ts";
import { type Kernel, kernels } from "../wgsl/kernels.ts";
import { type Operation, planOperation } from "./plan.ts";
import { hardware, software, type Tuning } from "./tuning.ts";

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
  for (const [name, { snippets }] of Object.entries(kernels) as [string, Kernel][]) {
    const count = bindingsOf(snippets.join("")).flat().length;
    assert.ok(count >= 1 && count <= 8, name);
  }
});
