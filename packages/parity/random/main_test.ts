import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

async function random(...args: string[]): Promise<{ code: number; text: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", main, ...args],
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("parity:random prints the seed, a line a case and layout, and how many passed", async () => {
  const { code, text } = await random("--seed", "5", "--count", "3");
  assert.equal(code, 0, text);
  assert.match(text, /^seed 5, 3 cases; one again: --seed 5 --only NUMBER\n/);
  for (const number of [0, 1, 2]) {
    assert.match(
      text,
      new RegExp(`^ok +cpu +channels-last +${number} b[nr] .*of \\S+ allowed`, "m"),
    );
  }
  assert.match(text, /6 passed, 0 failed\n$/);
});

Deno.test("parity:random runs one case of a seed again", async () => {
  const [all, one] = await Promise.all([
    random("--seed", "5", "--count", "3"),
    random("--seed", "5", "--only", "2"),
  ]);
  const lines = (text: string) => text.split("\n").filter((line) => /^ok .* 2 b[nr] /.test(line));
  assert.equal(lines(one.text).length, 2);
  assert.deepEqual(lines(one.text), lines(all.text));
});

Deno.test("parity:random writes its cases as golden files", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal((await random("--seed", "5", "--count", "2", "--write", folder)).code, 0);
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
    assert.deepEqual(names, ["random_5_0.json", "random_5_1.json"]);
    const parity = fileURLToPath(new URL("../main.ts", import.meta.url));
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-read", parity, "--cases", folder],
    }).output();
    assert.equal(code, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const wrong: Readonly<Record<string, [string[], RegExp]>> = {
  "a count of nothing": [["--count", "0"], /--count expects an integer from 1 .*: got "0"/],
  "a seed that is no integer": [["--seed", "1.5"], /--seed expects an integer .*: got "1.5"/],
  "a target of whole models": [["--targets", "tfjs"], /names among cpu, .*jax: got "tfjs"/],
  "an unknown option": [["--moon"], /--moon/],
};

for (const [name, [args, message]] of Object.entries(wrong)) {
  Deno.test(`parity:random ends with status 2 for ${name}`, async () => {
    const { code, text } = await random(...args);
    assert.equal(code, 2);
    assert.match(text, message);
  });
}
