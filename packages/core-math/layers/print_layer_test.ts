import assert from "node:assert/strict";
import { paperSchedule } from "@renorm/schedule";
import { BatchNorm1d, BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm2d, BatchRenorm3d } from "./batch_renorm_layers.ts";
import { inPython } from "./print_layer.ts";

Deno.test("toString() prints batch norm as PyTorch does", () => {
  const head = "eps=1e-05, momentum=0.1, affine=True, track_running_stats=True";
  assert.equal(String(new BatchNorm2d(16)), `BatchNorm2d(16, ${head})`);
  const options = { eps: 0.001, momentum: null, affine: false, trackRunningStats: false };
  assert.equal(
    String(new BatchNorm1d(3, options)),
    "BatchNorm1d(3, eps=0.001, momentum=None, affine=False, track_running_stats=False)",
  );
});

Deno.test("toString() prints batch renorm with the notebook's options", () => {
  const options = { rmax: Infinity, dmax: 2.5, warmupSteps: 0, momentum: 0.01, eps: 1e-12 };
  assert.equal(
    String(new BatchRenorm3d(4, options)),
    "BatchRenorm3d(4, eps=1e-12, momentum=0.01, affine=True, track_running_stats=True, " +
      "rmax=inf, dmax=2.5, warmup_steps=0)",
  );
  const limitsAt = () => ({ rmax: 3, dmax: 5 });
  assert.match(String(new BatchRenorm2d(4, { limitsAt })), /stats=True, limits_at=custom\)$/);
  const schedule = paperSchedule();
  assert.match(String(new BatchRenorm2d(4, { schedule })), /stats=True, limits_at=schedule\)$/);
});

Deno.test("toString() adds our own options only where they are not the default", () => {
  const layer = new BatchRenorm2d(4, {
    layout: "channels-last",
    runningVariance: "unbiased",
    onNonFinite: "throw",
  });
  assert.match(
    String(layer),
    /, warmup_steps=5000, layout=channels-last, running_variance=unbiased, on_non_finite=throw\)$/,
  );
  const biased = new BatchNorm2d(4, { runningVariance: "biased" });
  assert.match(String(biased), /track_running_stats=True, running_variance=biased\)$/);
  assert.doesNotMatch(String(new BatchNorm2d(4, { runningVariance: "unbiased" })), /variance/);
});

Deno.test("inPython() writes numbers as Python's repr() does", () => {
  // What CPython 3 prints for each.
  const cases: [number, string][] = [
    [1e-5, "1e-05"],
    [1e-12, "1e-12"],
    [1.5e-7, "1.5e-07"],
    [5e-324, "5e-324"],
    [1e-4, "0.0001"],
    [0.00012345, "0.00012345"],
    [0.001, "0.001"],
    [0.1, "0.1"],
    [0.1 + 0.2, "0.30000000000000004"],
    [0, "0.0"],
    [3, "3.0"],
    [2.5, "2.5"],
    [100, "100.0"],
    [123456789.125, "123456789.125"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [Infinity, "inf"],
  ];
  for (const [value, text] of cases) assert.equal(inPython(value), text);
});
