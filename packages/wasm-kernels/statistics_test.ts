/** What goes beyond a batch, over the loops in WebAssembly, beside core-math's. */
import assert from "node:assert/strict";
import * as core from "@renorm/core-math";
import { assertClose, someTensor } from "@renorm/testing/assertions";
import * as wasm from "./mod.ts";

const shape = [3, 4, 16, 16];
const x = someTensor(1, shape);
const dy = someTensor(2, shape);

Deno.test("layers in WebAssembly are recalibrated to the statistics of core-math's", () => {
  assert.equal(wasm.kernels().name, "wasm");
  const norms = [new wasm.BatchNorm2d(4), new wasm.BatchRenorm2d(4)];
  const expected = [new core.BatchNorm2d(4), new core.BatchRenorm2d(4)];
  for (const normalizeBy of ["batch", "running"] as const) {
    for (const layers of [norms, expected]) {
      const run = () => void layers.reduce((x, layer) => layer.forward(x), x);
      wasm.recalibrate(layers, run, { normalizeBy, passes: 2 });
    }
    norms.forEach(({ runningMean, runningVar }, i) => {
      assertClose([...runningMean!, 1], [...expected[i].runningMean!, 1], 1e-6);
      assertClose(runningVar!, expected[i].runningVar!, 1e-6);
    });
  }
});

Deno.test("a batch in parts in WebAssembly is the whole batch", () => {
  const running = () => ({
    runningMean: new Float32Array(4),
    runningVar: new Float32Array(4).fill(2),
  });
  const limits = { rmax: 1.5, dmax: 0.5 };
  const whole = wasm.batchRenormForward(x, running(), limits);
  const back = wasm.batchRenormBackward(dy, whole.saved);
  const cut = ({ data }: core.Tensor) =>
    [0, 1].map((i) => ({
      data: data.slice(i * 1024, i ? 3072 : 1024),
      shape: [i + 1, ...shape.slice(1)],
    }));
  const [xs, dys] = [cut(x), cut(dy)];
  const batch = xs.map((part) => wasm.moments(part)).reduce(wasm.mergeMoments);
  const forwards = xs.map((part) => wasm.forwardByMoments(part, batch, running(), limits));
  const sums = forwards.map(({ saved }, i) => wasm.gradientSums(dys[i], saved))
    .reduce(wasm.mergeGradientSums);
  const dx = forwards.map(({ saved }, i) => wasm.inputGradient(dys[i], saved, sums).dx);
  const joined = (parts: core.Tensor[]) => parts.flatMap(({ data }) => [...data]);
  assertClose(joined(forwards.map(({ y }) => y)), [...whole.y.data], 1e-6);
  assertClose(joined(dx), [...back.dx.data], 1e-6);
});

Deno.test("a single value goes by the running statistics in WebAssembly too", () => {
  const options = { onSingleValue: "running" } as const;
  const single = someTensor(3, [1, 4]);
  const [own, expected] = [new wasm.BatchNorm1d(4, options), new core.BatchNorm1d(4, options)];
  assert.deepEqual(own.forward(single).data, expected.forward(single).data);
  assert.equal(own.numBatchesTracked, 0);
});
