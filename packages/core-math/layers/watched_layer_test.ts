import assert from "node:assert/strict";
import { someTensor } from "@renorm/testing/assertions";
import type { InnerLoops } from "../math/inner_loops.ts";
import { plainLoops } from "../math/plain_loops.ts";
import { BatchNorm1d } from "./batch_norm_layers.ts";
import { recalibrate } from "./recalibrate.ts";

Deno.test("a batch is normalised once, by its own moments or by the running statistics", () => {
  let calls = 0;
  const counting: InnerLoops = {
    ...plainLoops,
    normalize(...given) {
      calls++;
      plainLoops.normalize(...given);
    },
  };
  class Counting extends BatchNorm1d {
    protected override get loops(): InnerLoops {
      return counting;
    }
  }
  for (const normalizeBy of ["batch", "running"] as const) {
    calls = 0;
    const layer = new Counting(2);
    recalibrate([layer], () => layer.forward(someTensor(3, [4, 2])), { normalizeBy });
    assert.equal(calls, 1);
    assert.ok(!Object.hasOwn(layer, "loops") && !Object.hasOwn(layer, "forward"));
  }
});
