import assert from "node:assert/strict";
import { BatchNorm1d, BatchNorm2d, BatchRenorm2d, BatchRenormLayer } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { convertToBatchNorm, convertToBatchRenorm } from "./convert.ts";

/** A batch norm that has seen batches, so that no state is at its default. */
function trainedNorm(channels = 3, options = {}): BatchNorm2d {
  const norm = new BatchNorm2d(channels, options);
  const random = seededRandom(channels);
  norm.weight?.set(randomTensor([channels], random).data);
  norm.bias?.set(randomTensor([channels], random).data);
  for (let step = 0; step < 4; step++) {
    norm.forward(randomTensor([2, channels, 4, 4], random, { shift: 3, scale: 2 }));
  }
  return norm;
}

Deno.test("a converted layer predicts the same bits and holds the very same arrays", () => {
  const norm = trainedNorm().eval();
  const x = randomTensor([2, 3, 4, 4], seededRandom(9));
  const before = norm.forward(x).data.slice();
  const { model } = convertToBatchRenorm({ norm });
  const renorm = model.norm as unknown as BatchRenorm2d;
  assert.ok(renorm instanceof BatchRenorm2d);
  assert.deepEqual(renorm.forward(x).data, before);
  for (const name of ["weight", "bias", "runningMean", "runningVar", "weightGrad"] as const) {
    assert.equal(renorm[name], norm[name], name);
  }
});

Deno.test("after a restart the first training step is almost batch norm's, and opens as the limits say", () => {
  const norm = trainedNorm();
  const { model } = convertToBatchRenorm({ norm }, { rmax: 3, dmax: 5, warmupSteps: 5000 });
  const renorm = model.norm as unknown as BatchRenorm2d;
  assert.equal(renorm.numBatchesTracked, 4);
  assert.equal(renorm.renormStep, 0);
  renorm.forward(randomTensor([2, 3, 4, 4], seededRandom(1)));
  assert.deepEqual(renorm.limits, { rmax: 1 + 2 / 5000, dmax: 5 / 5000 });
});

Deno.test("the warm-up starts where it is told to", () => {
  const steps = (["restart", "continue", 17] as const).map((warmup) => {
    const { model } = convertToBatchRenorm({ norm: trainedNorm() }, { warmup });
    return (model.norm as unknown as BatchRenorm2d).renormStep;
  });
  assert.deepEqual(steps, [0, 4, 17]);
});

Deno.test("a schedule holds at every step of the converted layer", () => {
  const schedule = { rmax: [[2, 1], [4, 3]], dmax: [[2, 0], [4, 5]] } as const;
  const { model } = convertToBatchRenorm({ norm: trainedNorm() }, { schedule, warmup: 3 });
  assert.deepEqual((model.norm as unknown as BatchRenorm2d).limits, { rmax: 2, dmax: 2.5 });
});

Deno.test("mode, momentum, eps and fields that users put on a layer are kept", () => {
  const norm = Object.assign(trainedNorm(3, { eps: 1e-3, momentum: 0.2 }).eval(), {
    name: "stem",
    trainable: false,
  });
  const renorm = convertToBatchRenorm({ norm }).model.norm as unknown as typeof norm;
  const { training, eps, momentum, name, trainable } = renorm;
  assert.deepEqual({ training, eps, momentum, name, trainable }, {
    training: false,
    eps: 1e-3,
    momentum: 0.2,
    name: "stem",
    trainable: false,
  });
});

Deno.test("converting back gives the layer that was there, state and options to the bit", () => {
  for (const options of [{}, { momentum: null }, { runningVariance: "biased" as const }]) {
    const norm = trainedNorm(3, options);
    const [state, text] = [norm.stateDict(), String(norm)];
    const momentum = norm.momentum === null ? 0.05 : undefined;
    const renormed = convertToBatchRenorm({ norm }, momentum ? { momentum } : {}).model;
    const back = convertToBatchNorm(renormed).model.norm;
    assert.equal(String(back), text);
    assert.deepEqual(back.stateDict(), state);
  }
});

Deno.test("a shared layer stays one layer, and is listed once", () => {
  const shared = trainedNorm();
  const model = { encoder: [shared], decoder: new Map([["norm", shared]]), all: new Set([shared]) };
  const { converted } = convertToBatchRenorm(model);
  assert.deepEqual(converted.map(({ path }) => path), ["encoder.0"]);
  assert.ok(model.encoder[0] as unknown instanceof BatchRenormLayer);
  assert.equal(model.decoder.get("norm"), model.encoder[0]);
  assert.deepEqual([...model.all], [model.encoder[0]]);
});

Deno.test("cycles end, and a model may be deeper than the call stack", () => {
  interface Block {
    norm: object;
    next: Block | null;
  }
  const first: Block = { norm: trainedNorm(), next: null };
  let last = first;
  for (let depth = 0; depth < 20_000; depth++) last = last.next = { norm: {}, next: null };
  last.norm = trainedNorm();
  last.next = first;
  assert.equal(convertToBatchRenorm(first).converted.length, 2);
  assert.ok(last.norm instanceof BatchRenorm2d);
});

Deno.test("a root that is itself a batch norm comes back converted", () => {
  const { model, converted } = convertToBatchRenorm<object>(trainedNorm());
  assert.ok(model instanceof BatchRenorm2d);
  assert.equal(converted[0].path, "");
});

Deno.test("converting twice changes nothing the second time", () => {
  const { model } = convertToBatchRenorm({ norms: [trainedNorm(), new BatchNorm1d(2)] });
  const norms = [...model.norms];
  const { converted, skipped } = convertToBatchRenorm(model, { rmax: 2 });
  assert.deepEqual([converted, skipped], [[], []]);
  model.norms.forEach((norm, i) => assert.equal(norm, norms[i]));
});

Deno.test("the filter sees path and reading, and what it leaves out is reported", () => {
  const model = { norms: [trainedNorm(2), trainedNorm(8)] };
  const { converted, skipped } = convertToBatchRenorm(model, {
    filter: (path, { numFeatures }) => path.startsWith("norms.") && numFeatures === 8,
  });
  assert.deepEqual(converted.map(({ path }) => path), ["norms.1"]);
  assert.deepEqual(skipped, [{ path: "norms.0", reason: "left out by the filter" }]);
});

Deno.test("one layer that cannot be converted leaves the whole model as it was", () => {
  const model = {
    norms: [trainedNorm(), new BatchNorm2d(3, { trackRunningStats: false })],
    frozen: Object.freeze({ norm: trainedNorm() }),
    cumulative: trainedNorm(3, { momentum: null }),
  };
  const norms = [...model.norms];
  assert.throws(() => convertToBatchRenorm(model), (error: Error) => {
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /norms\.1, .*tracks no running statistics/);
    assert.match(error.message, /frozen\.norm, .*its place is read-only/);
    assert.match(error.message, /cumulative, .*momentum is null/);
    return true;
  });
  model.norms.forEach((norm, i) => assert.equal(norm, norms[i]));

  const { converted, skipped } = convertToBatchRenorm(model, { onUnsupported: "skip" });
  assert.deepEqual(converted.map(({ path }) => path), ["norms.0"]);
  assert.deepEqual(skipped.map(({ path }) => path), ["norms.1", "frozen.norm", "cumulative"]);
});

Deno.test("the result prints as a table of what was before and what is now", () => {
  const model = { a: new BatchNorm1d(2), b: new BatchNorm1d(2, { trackRunningStats: false }) };
  const norm = String(model.a);
  const table = String(convertToBatchRenorm(model, { onUnsupported: "skip" }));
  assert.equal(
    table,
    [
      `a  - ${norm}`,
      `   + ${String(model.a)}`,
      `b  ! ${String(model.b)}: it tracks no running statistics to correct toward`,
      "1 converted, 1 skipped",
    ].join("\n"),
  );
});

Deno.test("options that are wrong are refused by name before anything is read", () => {
  const wrong: [object, RegExp, ErrorConstructor][] = [
    [{ rMax: 3 }, /options among .*rmax.*: got "rMax"/, TypeError],
    [{ rmax: 0.5 }, /rmax to be a number of at least 1: got 0.5/, RangeError],
    [{ dmax: -1 }, /dmax .*got -1/, RangeError],
    [{ warmupSteps: 1.5 }, /warmupSteps .*got 1.5/, RangeError],
    [{ momentum: 2 }, /momentum .*got 2/, RangeError],
    [{ warmup: "later" }, /warmup .*got "later"/, RangeError],
    [{ warmup: -1 }, /warmup .*got -1/, RangeError],
    [{ onUnsupported: "ignore" }, /onUnsupported .*got "ignore"/, RangeError],
    [{ filter: "net.*" }, /filter to be a function: got "net/, TypeError],
    [{ schedule: { rmax: [], dmax: [[0, 0]] } }, /rmax to be a list of knots/, TypeError],
    [{ schedule: { rmax: [[0, 1]], dmax: [[0, 0]] }, rmax: 3 }, /either schedule or/, TypeError],
  ];
  for (const [options, message, kind] of wrong) {
    const convert = () => convertToBatchRenorm({ norm: trainedNorm() }, options);
    assert.throws(convert, { name: kind.name, message });
  }
  assert.throws(() => convertToBatchNorm({}, { rmax: 3 } as object), /options among/);
  assert.throws(() => convertToBatchRenorm(null as unknown as object), /a model that is an object/);
});
