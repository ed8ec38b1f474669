import assert from "node:assert/strict";
import type { ChannelView } from "@renorm/core-math";
import { fc } from "@renorm/testing/fast_check";
import { slabsOf } from "./slabs.ts";

function view(outer: number, channels: number, inner: number): ChannelView {
  return { outer, channels, inner, m: outer * inner };
}

Deno.test("slabsOf() covers a tensor once, in order, and each slab fits", () => {
  const length = fc.integer({ min: 1, max: 40 });
  const limits = fc.integer({ min: 4, max: 2000 });
  fc.assert(fc.property(length, length, length, limits, (outer, channels, inner, limit) => {
    const slabs = slabsOf(view(outer, channels, inner), limit, 4);
    let next = 0;
    for (const slab of slabs) {
      const size = slab.outer * slab.channels * slab.inner;
      assert.equal(slab.start, next);
      assert.ok(size > 0 && size <= limit, `${size} of ${limit}`);
      // The first value of a slab belongs to the channel it names.
      assert.equal(slab.firstChannel, Math.floor(slab.start / inner) % channels);
      next += size;
    }
    assert.equal(next, outer * channels * inner);
  }));
});

Deno.test("slabsOf() numbers the slabs of each channel without a gap", () => {
  for (const limit of [1000, 60, 12, 4]) {
    const slabs = slabsOf(view(3, 4, 10), limit, 4);
    for (let c = 0; c < 4; c++) {
      const own = slabs.filter((s) => s.firstChannel <= c && c < s.firstChannel + s.channels);
      assert.deepEqual(own.map((slab) => slab.indexInChannel), own.map((_, i) => i));
    }
  }
});
