import assert from "node:assert/strict";
import { BatchNorm1d, BatchRenorm1d } from "@renorm/core-math";
import { paperSchedule } from "@renorm/schedule";
import { convertToBatchRenorm } from "../convert.ts";
import type { RenormLimits } from "../norm_layer.ts";
import { objectTree } from "./object_tree.ts";

const { read } = objectTree();

/** What is read of a batch renorm layer. */
function renormOf(layer: object) {
  const found = read(layer);
  assert.ok(found && "eps" in found && found.renorm);
  return found.renorm;
}

Deno.test("the limits of a layer are read as data, and a layer is made with them", () => {
  const all: RenormLimits[] = [
    { rmax: 2, dmax: 1, warmupSteps: 9 },
    { rmax: Infinity, dmax: Infinity, warmupSteps: 0 },
    { schedule: paperSchedule() },
  ];
  for (const limits of all) {
    assert.deepEqual(renormOf(new BatchRenorm1d(2, limits)).limits, limits);
    const options = { ...limits, momentum: 0.2, warmup: 3 };
    const { model } = convertToBatchRenorm({ norm: new BatchNorm1d(2) as object }, options);
    const read = { limits, renormStep: 3, batchNormMomentum: 0.1 };
    assert.deepEqual(renormOf(model.norm), read);
  }
  const limitsAt = () => ({ rmax: 2, dmax: 1 });
  assert.equal(renormOf(new BatchRenorm1d(2, { limitsAt })).limits, null);
});
