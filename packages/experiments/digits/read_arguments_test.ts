import assert from "node:assert/strict";
import { join } from "node:path";
import { drawings } from "../data/drawing.ts";
import { norms } from "../training/norms.ts";
import { type Arguments, readArguments } from "./read_arguments.ts";
import { defaultTraining } from "./settings.ts";

Deno.test("without options the whole grid is trained as the settings say", () => {
  const { jobs, ...others } = readArguments([]) as Arguments;
  assert.deepEqual(others, {
    norms,
    drawings,
    batchSizes: [2, 4, 32],
    seeds: [0, 1, 2],
    settings: defaultTraining,
    out: join("experiment", "digits"),
    quick: false,
    json: false,
  });
  assert.equal(jobs, navigator.hardwareConcurrency);
});

Deno.test("options choose the runs and the settings, each item of a list once", () => {
  const args =
    "--norms batch-norm,batch-norm --drawings class-by-class --batch-sizes 8,16 --seeds 7 " +
    "--epochs 3 --learning-rate 0.5 --momentum 0.2 --rmax 2 --dmax 1 --warmup 0 --hold-out --jobs 5 " +
    "--out there --json";
  assert.deepEqual(readArguments(args.split(" ")), {
    norms: ["batch norm"],
    drawings: ["class by class"],
    batchSizes: [8, 16],
    seeds: [7],
    settings: {
      ...defaultTraining,
      holdOut: true,
      epochs: 3,
      learningRates: { 8: 0.5, 16: 0.5 },
      momentum: 0.2,
      limits: { rmax: 2, dmax: 1 },
      warmupShare: 0,
    },
    out: "there",
    quick: false,
    jobs: 5,
    json: true,
  });
});

Deno.test("--quick is one epoch of seed 0 in batches of 32, unless options say otherwise", () => {
  const { seeds, batchSizes, settings } = readArguments(["--quick"]);
  assert.deepEqual({ seeds, batchSizes, settings }, {
    seeds: [0],
    batchSizes: [32],
    settings: { ...defaultTraining, epochs: 1 },
  });
  assert.equal(readArguments(["--quick", "--epochs", "3"]).settings.epochs, 3);
});

Deno.test("what is wrong with an option is said", () => {
  for (
    const [option, value, message] of [
      ["--norms", "layer-norm", /^TypeError: --norms expects batch-norm, .*: got layer-norm$/],
      ["--drawings", "", /^TypeError: --drawings expects at-random, class-by-class: got $/],
      [
        "--batch-sizes",
        "2,1",
        /^RangeError: --batch-sizes expects an integer of at least 2: got 1$/,
      ],
      ["--seeds", "1.5", /^RangeError: --seeds expects an integer of at least 0: got 1.5$/],
      ["--epochs", "0", /^RangeError: --epochs expects an integer of at least 1: got 0$/],
      ["--jobs", "two", /^RangeError: --jobs expects an integer of at least 1: got two$/],
      ["--momentum", "1.1", /^RangeError: --momentum expects a number from 0 to 1: got 1.1$/],
      ["--rmax", "0.5", /^RangeError: --rmax expects a number from 1 to 1000000: got 0.5$/],
      ["--dmax", "Infinity", /^RangeError: --dmax expects .* got Infinity$/],
      ["--warmup", "", /^RangeError: --warmup expects a number from 0 to 1: got $/],
      ["--out", "", /^RangeError: --out expects a folder: got an empty name$/],
      ["--fast", "", /Unknown option '--fast'/],
    ] as const
  ) {
    assert.throws(() => readArguments([`${option}=${value}`]), message);
  }
});
