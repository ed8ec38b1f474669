import assert from "node:assert/strict";
import {
  batchRenormBackward,
  batchRenormForward,
  type Layout,
  type Tensor,
} from "@renorm/core-math";
import { type InnerLoops, plainLoops } from "@renorm/core-math/loops";
import { fc } from "@renorm/testing/fast_check";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { anyCases, moderate, type RandomCase, randomCases } from "@renorm/testing/random_cases";
import { sharedMemory } from "./kernels.ts";
import { createLoops } from "./loops.ts";

/** WebAssembly for any tensor that it can take at all. */
const loops = createLoops({ values: 0, inner: 8 });

/** Half the spacing of float32 at 1. */
const u = 2 ** -24;

type Step = Pick<
  RandomCase,
  "x" | "dy" | "layout" | "weight" | "bias" | "runningMean" | "runningVar"
>;

/** A training step of batch renorm: all that comes out of it. */
function stepOn(innerLoops: InnerLoops, given: Step): Record<string, ArrayLike<number>> {
  const runningMean = given.runningMean.slice();
  const runningVar = given.runningVar.slice();
  const { x, dy, layout, weight, bias } = given;
  const parameters = { weight, bias, runningMean, runningVar };
  const { y, saved } = batchRenormForward(x, parameters, { layout, momentum: 1 }, innerLoops);
  const { dx, dWeight, dBias } = batchRenormBackward(dy, saved, {}, innerLoops);
  return { y: y.data, dx: dx.data, dWeight: dWeight!, dBias: dBias!, runningMean, runningVar };
}

/**
 * Asserts that both are as far from each other as a few roundings make them, and NaN in one place.
 *
 * @param ofDx The largest of the terms that cancel in dx, of which one rounding is allowed.
 */
function assertAlike(given: Step, ofDx = 0): void {
  const [actual, expected] = [stepOn(loops, given), stepOn(plainLoops, given)];
  for (const [name, values] of Object.entries(expected)) {
    let scale = 0;
    for (let i = 0; i < values.length; i++) {
      // Beside an overflow, what is left of terms that cancel is of no size.
      if (!Number.isNaN(values[i])) scale = Math.max(scale, Math.abs(values[i]));
    }
    const allowed = 8 * u * scale + (name === "dx" ? u * ofDx : 0);
    for (let i = 0; i < values.length; i++) {
      const value = actual[name][i];
      const isAlike = Object.is(value, values[i]) || Math.abs(value - values[i]) <= allowed;
      assert.ok(isAlike, `${name}[${i}] is ${value}, not ${values[i]} beside ${scale}`);
    }
  }
}

/** A step on random tensors, with x at an offset. */
function stepOf(shape: readonly number[], layout: Layout, offset = 3): Step {
  const random = seededRandom(7);
  const [x, dy]: Tensor[] = [randomTensor(shape, random), randomTensor(shape, random)];
  for (let i = 0; i < x.data.length; i++) x.data[i] += offset;
  const channels = layout === "channels-last" ? shape[shape.length - 1] : shape[1];
  const vector = (value: number) => new Float32Array(channels).fill(value);
  const affine = { weight: vector(2), bias: vector(1) };
  return { x, dy, layout, ...affine, runningMean: vector(1), runningVar: vector(1) };
}

const shapes: Readonly<Record<Layout, readonly (readonly number[])[]>> = {
  "channels-first": [
    [3, 5, 7], // runs that vectors do not cut evenly
    [2, 70, 9, 31],
    [1, 1, 40_003], // a single channel, one run
    [30, 1, 5, 3],
    [2, 2, 100_003], // a channel larger than the scratch memory, in pieces of planes
    [30, 3, 5003], // the same in blocks of samples
    [1500, 40, 5], // short runs: several channels at a time
    [2, 300, 900], // groups of channels in the scratch memory
    [6, 17_000, 2], // more channels than a table has
  ],
  "channels-last": [
    [7, 3, 5], // rows taken together, and some left over
    [50_001, 1],
    [70_001, 3],
    [3, 200, 129, 1],
    [33, 33, 67],
    [300, 2049], // rows wider than what is worth taking together
    [2, 64, 64, 64],
    [3, 17_000], // more channels than a table has
  ],
};

for (const layout of ["channels-first", "channels-last"] as const) {
  for (const shape of shapes[layout]) {
    Deno.test(`a step on [${shape.join(", ")}], ${layout}, is that of the plain loops`, () => {
      assertAlike(stepOf(shape, layout));
    });
  }
}

Deno.test("steps of many small shapes are those of the plain loops, for any values", () => {
  fc.assert(
    fc.property(fc.oneof(randomCases(moderate), anyCases()), (given) => assertAlike(given)),
    {
      numRuns: 600,
    },
  );
});

Deno.test("an offset of 1e6 and a scale of 1e-18 or 1e18 lose nothing", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    const shape = layout === "channels-last" ? [2, 40, 40, 3] : [2, 3, 40, 40];
    assertAlike(stepOf(shape, layout, 1e6));
    for (const size of [1e-18, 1e-12, 1e12, 1e18]) {
      const step = stepOf(shape, layout, 0);
      assertAlike({ ...step, x: { ...step.x, data: step.x.data.map((value) => size * value) } });
      assertAlike({ ...step, dy: { ...step.dy, data: step.dy.data.map((value) => size * value) } });
    }
  }
});

Deno.test("a gradient that goes along with x leaves dx as small as it is, not rounding in its place", () => {
  for (const layout of ["channels-first", "channels-last"] as const) {
    for (const [m, ofDx] of [[100, 0], [900, 10]]) {
      const step = stepOf(layout === "channels-last" ? [m, 3] : [m / 100, 3, 100], layout);
      const dy = { ...step.x, data: step.x.data.map((value) => 2 * value + 5) };
      // Of many values mean and invStd are good to a rounding of float32: PyTorch keeps no more.
      assertAlike({ ...step, dy }, ofDx);
      const constant = { ...step.x, data: step.x.data.map(() => 0.3) };
      const { dx } = stepOn(loops, { ...step, dy: constant });
      assert.ok(Array.from(dx).every((value) => Math.abs(value) < (ofDx ? 0.6 * u : 1e-12)));
    }
  }
});

/** Values that sums in float32 are hard for; each is asked for by its place among `m`. */
const hardValues: Readonly<Record<string, (i: number, m: number, noise: number) => number>> = {
  "an outlier first": (i, _, noise) => i === 0 ? 1e6 : noise,
  "an outlier last": (i, m, noise) => i === m - 1 ? -1e6 : noise,
  "values in order": (i, m) => (2 * i - m) / m,
  "two values, whose sum cancels": (i) => i % 2 ? 0.1 : -0.1,
  "two values, one of them rare": (i) => i % 97 === 5 ? 0.7 : 0.3,
  "values of 1e6 and little noise": (_, _m, noise) => 1e6 + noise,
  "values that all but cancel": (i, m, noise) => i < m / 2 ? noise : -noise,
  "values that grow by 1e12": (i, m, noise) => noise * 1e12 ** (i / m),
  "squares beyond float32": (_, _m, noise) => 1e25 * noise,
  "squares below float32": (_, _m, noise) => 1e-25 * noise,
  "a constant": () => 0.3,
};

for (const [name, valueAt] of Object.entries(hardValues)) {
  Deno.test(`${name}: as x and as dy they give what float64 gives`, () => {
    for (
      const [layout, shape] of [["channels-first", [4, 3, 31, 9]], ["channels-last", [
        1116,
        3,
      ]]] as const
    ) {
      const random = seededRandom(11);
      const step = stepOf(shape, layout);
      const noise = randomTensor([1116], random).data;
      const { data } = randomTensor(shape, random);
      for (let i = 0; i < data.length; i++) {
        const place = layout === "channels-last"
          ? Math.floor(i / 3)
          : Math.floor(i / 837) * 279 + i % 279;
        // The half of a noise that cancels is that of the other half.
        data[i] = valueAt(place, 1116, noise[place % 558]);
      }
      assertAlike({ ...step, x: { data, shape } });
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assertAlike({ ...step, dy: { data, shape } }, 2 * largest);
    }
  });
}

Deno.test("the memory is one from the first step on, whatever the shapes", () => {
  const before = sharedMemory();
  for (const shape of [[2, 3, 5], [8, 64, 32, 32], [4, 3, 300, 300], [2, 3, 5]]) {
    stepOn(loops, stepOf(shape, "channels-first"));
  }
  assert.ok(before && before.buffer.byteLength <= 2 ** 21);
  assert.equal(sharedMemory(), before);
  assert.ok(before.buffer.byteLength > 0, "an array buffer that grew would be detached");
});

Deno.test("where WebAssembly is missing the plain loops run, and kernels() says why", async () => {
  const program = `
    delete globalThis.WebAssembly;
    const { allocate, BatchNorm2d, kernels } = await import("@renorm/wasm-kernels");
    const x = allocate([2, 3, 20, 20]);
    x.data.forEach((_, i) => x.data[i] = i % 7);
    console.log(JSON.stringify([kernels(), new BatchNorm2d(3).forward(x).data[1]]));
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts", dir: import.meta.dirname! });
  try {
    await Deno.writeTextFile(file, program);
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["run", "--quiet", file] })
      .output();
    const [said, value] = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(said.name, "plain");
    assert.match(said.reason, /WebAssembly/);
    assert.ok(Math.abs(value + 1) < 0.01, `${value}`);
  } finally {
    await Deno.remove(file);
  }
});
