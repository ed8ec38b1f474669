import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkGoldenCase, type GoldenCase } from "../golden_case.ts";
import { caseInputs, type CaseOptions } from "./case_inputs.ts";

const options: CaseOptions = {
  kind: "batch_renorm",
  shape: [2, 3, 4],
  config: { momentum: 0.01, rmax: 2 },
  steps: 3,
  scale: 10,
  shift: 100,
  seed: 7,
};

/** Runs `new:case` in an empty folder; gives what it printed and the files that are there. */
async function newCase(...args: string[]) {
  const folder = await Deno.makeTempDir();
  const script = fileURLToPath(new URL("./main.ts", import.meta.url));
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-read", "--allow-write", script, ...args],
      cwd: folder,
    }).output();
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
    const files = await Promise.all(
      names.map(async (name) => [name, await Deno.readTextFile(`${folder}/${name}`)] as const),
    );
    const decoder = new TextDecoder();
    return {
      code,
      text: decoder.decode(stdout),
      error: decoder.decode(stderr),
      files: Object.fromEntries(files),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("inputs are the same for a seed, and numbers that float32 holds", () => {
  const inputs = caseInputs("brn_new", options);
  assert.deepEqual(caseInputs("brn_new", options), inputs);
  assert.notDeepEqual(caseInputs("brn_new", { ...options, seed: 8 }), inputs);
  const { weight, bias, runningMean, runningVar } = inputs.initial;
  const all = [
    weight,
    bias,
    runningMean,
    runningVar,
    ...inputs.steps.flatMap(({ x, dy }) => [x, dy]),
  ];
  for (const values of all) assert.deepEqual(values, [...Float32Array.from(values)]);
  assert.ok(runningVar.every((value) => value > 0));
});

Deno.test("inputs have the shape, the options and the steps that were asked for, and no more", () => {
  const { config, steps } = caseInputs("brn_new", options);
  assert.deepEqual(config, {
    numFeatures: 3,
    eps: 1e-5,
    momentum: 0.01,
    affine: true,
    trackRunningStats: true,
    rmax: 2,
    dmax: 5,
    warmupSteps: 8,
  });
  assert.deepEqual(steps.map(({ training }) => training), [true, true, true, false]);
  const { x } = steps[0];
  assert.equal(x.length, 24);
  assert.ok(Math.abs(x.reduce((a, b) => a + b, 0) / 24 - 100) < 10);
  for (const step of steps) assert.deepEqual(Object.keys(step), ["training", "x", "dy"]);
  const limits = { ...options, kind: "batch_norm" } as const;
  assert.throws(() => caseInputs("bn_new", limits), /config of batch_norm .*: got "rmax"/);
});

Deno.test("inputs have masks where they are asked for, and are no others then", () => {
  const { steps } = caseInputs("brn_new", { ...options, unmasked: 0.6 });
  const [unmasked] = caseInputs("brn_new", options).steps;
  assert.deepEqual([steps[0].x, steps[0].dy], [unmasked.x, unmasked.dy]);
  for (const { mask } of steps) assert.ok(mask?.length === 8 && mask.includes(1));
});

Deno.test("inputs alone are no golden case; with expected values they are one", () => {
  const inputs = caseInputs("brn_new", options);
  const asRecord = (golden: GoldenCase) => golden as unknown as Record<string, unknown>;
  assert.throws(() => checkGoldenCase(asRecord(inputs), "brn_new.json"), /none has y/);
  const [first, ...others] = inputs.steps;
  const steps = [{ ...first, y: first.x, dx: first.dy }, ...others];
  checkGoldenCase(asRecord({ ...inputs, steps }), "brn_new.json");
});

Deno.test("new:case writes a file of inputs and prints the commands that follow", async () => {
  const { code, text, files } = await newCase("bn_tall", "--shape", "4,2,1,9", "--steps", "2");
  assert.equal(code, 0);
  assert.deepEqual(Object.keys(files), ["bn_tall.inputs.json"]);
  const { kind, shape, steps } = JSON.parse(files["bn_tall.inputs.json"]);
  assert.deepEqual([kind, shape, steps.length], ["batch_norm", [4, 2, 1, 9], 3]);
  assert.match(text, /python3 .*expected_values\.py bn_tall\.inputs\.json .*golden\/bn_tall\.json/);
  assert.match(text, /deno task parity/);
});

const wrong: Readonly<Record<string, [string[], RegExp]>> = {
  "a name without a kind": [["tall", "--shape", "2,3"], /NAME expects .*: got tall/],
  "no shape": [["bn_tall"], /--shape expects/],
  "a shape of rank 6": [["bn_tall", "--shape", "1,2,3,4,5,6"], /--shape expects/],
  "steps that are none": [["bn_tall", "--shape", "2,3", "--steps", "0"], /--steps expects/],
  "a shape of one value per channel": [["bn_tall", "--shape", "1,3"], /more than 1 value per/],
  "all positions masked": [["bn_tall", "--shape", "2,3", "--unmasked", "0"], /--unmasked expects/],
  "two names": [["bn_tall", "bn_small", "--shape", "2,3"], /one NAME .*: got bn_tall bn_small/],
  "a config that is no JSON": [["bn_tall", "--shape", "2,3", "--config", "{"], /--config .*JSON/],
  "a config out of range": [
    ["bn_tall", "--shape", "2,3", "--config", '{"momentum": 7}'],
    /config of batch_norm expects momentum to be a number in \[0, 1\]: got 7/,
  ],
  "batch renorm without running statistics": [
    ["brn_tall", "--shape", "2,3", "--config", '{"trackRunningStats": false}'],
    /config of batch_renorm expects trackRunningStats to be true: got false/,
  ],
  "an unknown option": [["--moon"], /--moon/],
};

for (const [name, [args, message]] of Object.entries(wrong)) {
  Deno.test(`new:case ends with status 2 for ${name}, and writes nothing`, async () => {
    const { code, error, files } = await newCase(...args);
    assert.equal(code, 2);
    assert.match(error, message);
    assert.deepEqual(files, {});
  });
}
