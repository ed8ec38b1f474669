import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import golden from "./golden/brn_nc.json" with { type: "json" };

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

async function parity(...args: string[]): Promise<{ code: number; text: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", main, ...args],
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Runs the suite on a folder that holds one file of the given text. */
async function parityOn(text: string, file = "case.json"): Promise<{ code: number; text: string }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/${file}`, text);
    return await parity("--cases", folder, "--targets", "cpu");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("parity runs any folder of golden files and prints errors beside allowances", async () => {
  const { code, text } = await parityOn(JSON.stringify(golden));
  assert.equal(code, 0, text);
  assert.match(
    text,
    /ok +cpu +channels-last +brn_nc +largest error \S+ of \S+ allowed, \w+ in step/,
  );
  assert.match(text, /2 passed, 0 failed/);
});

Deno.test("parity fails when one expected value is off by more than is allowed", async () => {
  const changed = structuredClone(golden);
  changed.steps[2].dx![3] += 1e-4;
  const { code, text } = await parityOn(JSON.stringify(changed));
  assert.equal(code, 1);
  assert.match(text, /FAIL cpu .* dx in step 3/);
});

Deno.test("parity fails when a counter or a limit is another", async () => {
  for (const key of ["numBatchesTracked", "rmax", "dmax"] as const) {
    const changed = structuredClone(golden);
    changed.steps[1][key]! += 1;
    const { code, text } = await parityOn(JSON.stringify(changed));
    assert.equal(code, 1);
    assert.match(text, new RegExp(`FAIL cpu .* ${key} in step 2`));
  }
});

Deno.test("parity reports a configuration that the layer refuses", async () => {
  const changed = { ...golden, config: { ...golden.config, momentum: 7 } };
  const { code, text } = await parityOn(JSON.stringify(changed));
  assert.equal(code, 1);
  assert.match(text, /FAIL .* expects momentum to be a number in \[0, 1\]: got 7/);
});

Deno.test("parity names the file and the place of what is not a golden file", async () => {
  const short = structuredClone(golden);
  short.steps[0].x.pop();
  for (
    const [text, message] of [
      [JSON.stringify(short), /case\.json expects steps\[0\]\.x to be 30 numbers/],
      ['{"kind": "layer_norm"}', /case\.json expects kind/],
      ["{", /case\.json expects JSON/],
      ["[]", /case\.json expects a JSON object/],
    ] as const
  ) {
    const result = await parityOn(text);
    assert.equal(result.code, 2, result.text);
    assert.match(result.text, message);
  }
});

Deno.test("parity refuses a folder without cases, an unknown target and an unknown option", async () => {
  const empty = await parityOn("", "notes.txt");
  assert.equal(empty.code, 2);
  assert.match(empty.text, /at least one golden case/);
  const target = await parity("--targets", "cpu,moon");
  assert.equal(target.code, 2);
  assert.match(target.text, /--targets expects names among cpu.*: got "moon"/);
  assert.equal((await parity("--fast")).code, 2);
  assert.equal((await parity("--cases", "/nowhere")).code, 2);
});

Deno.test("parity says which files of a folder its targets do not run", async () => {
  const { code, text } = await parity("--targets", "cpu");
  assert.equal(code, 0, text);
  assert.match(text, /not run: 1 trainings of a model; their targets are jax, tfjs/);
  assert.match(text, /not run: torch_randn\.json, numbers of a random generator/);
});

Deno.test("parity says that a target without masks does not run the files with masks", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = "bn_nchw_masked.json";
    await Deno.copyFile(new URL(`./golden/${file}`, import.meta.url), `${folder}/${file}`);
    const { code, text } = await parity("--cases", folder, "--targets", "tfjs");
    assert.equal(code, 1, text);
    assert.match(
      text,
      /not run: 1 files of a layer with masks; their targets are cpu, wasm, jax\n/,
    );
    assert.match(
      (await parity("--cases", folder)).text,
      /ok .* bn_nchw_masked .*\n2 passed, 0 fail/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parity does not pass where its targets run nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const file of ["minicnn_batch2.json", "minicnn_batch2.safetensors"]) {
      await Deno.copyFile(new URL(`./golden/${file}`, import.meta.url), `${folder}/${file}`);
    }
    const { code, text } = await parity("--cases", folder, "--targets", "cpu");
    assert.equal(code, 1, text);
    assert.match(text, /not run: 1 trainings of a model.*\n0 passed, 0 failed/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
