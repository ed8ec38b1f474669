import assert from "node:assert/strict";
import { shapeIn, valuesFrom, valuesIn } from "../parity/layout.ts";
import { randomTensor, seededRandom } from "../parity/random_tensor.ts";
import { fc } from "../parity/seeded_fast_check.ts";
import { BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm2d, type BatchRenormOptions } from "./batch_renorm_layers.ts";
import type { Tensor } from "./tensor.ts";

/** Shapes with at least two values per channel, and a seed for what is in them. */
const problems = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 2, max: 4 }),
  ).map((lengths): number[] => lengths),
  scale: fc.constantFrom(1e-6, 1, 1e6),
  shift: fc.constantFrom(0, 1, -1e4),
  seed: fc.nat(),
});

type Problem = typeof problems extends fc.Arbitrary<infer T> ? T : never;

/** Runs `steps` training steps and gives everything that came out. */
function train(
  layer: BatchNorm2d | BatchRenorm2d,
  { shape, scale, shift, seed }: Problem,
  steps = 3,
) {
  const random = seededRandom(seed);
  layer.loadStateDict({
    ...layer.stateDict(),
    weight: randomTensor([layer.numFeatures], random).data,
    bias: randomTensor([layer.numFeatures], random).data,
  });
  return Array.from({ length: steps }, () => {
    const y = layer.forward(randomTensor(shape, random, { scale, shift: scale * shift }));
    const dx = layer.backward(randomTensor(shape, random));
    const { weightGrad, biasGrad, runningMean, runningVar } = layer;
    return [
      y.data,
      dx.data,
      ...[weightGrad, biasGrad, runningMean, runningVar].map((a) => a!.slice()),
    ];
  });
}

/** Fails unless each value is within `tolerance` of the largest expected one. */
function assertNear(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= tolerance * scale, `${value} near ${expected[i]}`);
  });
}

Deno.test("batch renorm with rmax 1 and dmax 0 is batch norm bit for bit", () => {
  fc.assert(fc.property(problems, (problem) => {
    const channels = problem.shape[1];
    const options = { rmax: 1, dmax: 0, runningVariance: "unbiased" } as const;
    assert.deepEqual(
      train(new BatchRenorm2d(channels, options), problem),
      train(new BatchNorm2d(channels), problem),
    );
  }));
});

Deno.test("the first warm-up step of a schedule that holds (1, 0) is batch norm bit for bit", () => {
  fc.assert(fc.property(problems, (problem) => {
    const channels = problem.shape[1];
    const limitsAt = () => ({ rmax: 1, dmax: 0 });
    const renorm = new BatchRenorm2d(channels, { limitsAt, runningVariance: "unbiased" });
    const norm = new BatchNorm2d(channels);
    assert.deepEqual(train(renorm, problem, 1), train(norm, problem, 1));
  }));
});

Deno.test("with open limits the output in training is the output in eval", () => {
  fc.assert(fc.property(problems, fc.constantFrom(Infinity, 1e30), ({ shape, seed }, open) => {
    const options: BatchRenormOptions = { rmax: open, dmax: open, warmupSteps: 0 };
    const layer = new BatchRenorm2d(shape[1], options);
    const random = seededRandom(seed);
    for (let i = 0; i < 3; i++) layer.forward(randomTensor(shape, random));
    const x = randomTensor(shape, random);
    const inEval = layer.eval().forward(x);
    const inTraining = layer.train().forward(x);
    assertNear(inTraining.data, inEval.data, 1e-6);
  }));
});

Deno.test("permuting the samples permutes y and dx and changes nothing else", () => {
  fc.assert(fc.property(problems, ({ shape, seed }) => {
    const random = seededRandom(seed);
    const size = shape[1] * shape[2] * shape[3];
    const reversed = ({ data }: Tensor): Tensor => {
      const samples = Array.from(
        { length: shape[0] },
        (_, n) => data.slice(n * size, (n + 1) * size),
      );
      return { data: Float32Array.from(samples.toReversed().flatMap((s) => [...s])), shape };
    };
    const x = randomTensor(shape, random);
    const dy = randomTensor(shape, random);
    const run = (x: Tensor, dy: Tensor) => {
      const layer = new BatchRenorm2d(shape[1], { warmupSteps: 0, rmax: 1.5, dmax: 0.5 });
      const y = layer.forward(x);
      const dx = layer.backward(dy);
      return { y, dx, layer };
    };
    const straight = run(x, dy);
    const turned = run(reversed(x), reversed(dy));
    assertNear(turned.y.data, reversed(straight.y).data, 1e-6);
    assertNear(turned.dx.data, reversed(straight.dx).data, 1e-6);
    for (const name of ["weightGrad", "biasGrad", "runningMean", "runningVar"] as const) {
      assertNear(turned.layer[name]!, straight.layer[name]!, 1e-6);
    }
  }));
});

Deno.test("channels-last is channels-first transposed, bit for bit", () => {
  fc.assert(fc.property(problems, ({ shape, seed, scale }) => {
    const run = (layout: "channels-first" | "channels-last") => {
      const layer = new BatchRenorm2d(shape[1], { layout, warmupSteps: 2 });
      const random = seededRandom(seed);
      return Array.from({ length: 3 }, () => {
        const tensor = (): Tensor => ({
          data: valuesIn(layout, randomTensor(shape, random, { scale }).data, shape),
          shape: shapeIn(layout, shape),
        });
        const y = layer.forward(tensor());
        const dx = layer.backward(tensor());
        return [
          ...[y, dx].map(({ data }) => valuesFrom(layout, data, shape)),
          ...[layer.weightGrad, layer.biasGrad, layer.runningMean, layer.runningVar].map((a) =>
            a!.slice()
          ),
        ];
      });
    };
    assert.deepEqual(run("channels-last"), run("channels-first"));
  }));
});

Deno.test("saved, loaded and gone on gives the same bits as going on", () => {
  fc.assert(fc.property(problems, fc.boolean(), (problem, restarted) => {
    const channels = problem.shape[1];
    const options = { warmupSteps: 6 };
    const layer = new BatchRenorm2d(channels, options);
    train(layer, problem);
    // A converted layer has counted batches but begins its warm-up afresh.
    if (restarted) layer.loadStateDict({ ...layer.stateDict(), renorm_step: 1 });
    const json = JSON.stringify(
      layer.stateDict(),
      (_, value) => value instanceof Float32Array ? Array.from(value) : value,
    );
    const copy = new BatchRenorm2d(channels, options).loadStateDict(JSON.parse(json));
    assert.equal(copy.renormStep, layer.renormStep);
    const next = { ...problem, seed: problem.seed + 1 };
    assert.deepEqual(train(copy, next), train(layer, next));
    assert.deepEqual(copy.stateDict(), layer.stateDict());
  }));
});
