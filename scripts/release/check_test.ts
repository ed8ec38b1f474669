import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

async function run(script: string, ...args: string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", path, ...args],
  }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, text, errors };
}

for (const script of ["check", "pack"]) {
  Deno.test(`release:${script} --help tells the usage, and a wrong option ends with status 2`, async () => {
    const help = await run(`./${script}.ts`, "--help");
    assert.equal(help.code, 0);
    assert.match(help.text, new RegExp(`Usage: deno task release:${script} `));
    const wrong = await run(`./${script}.ts`, "--moon");
    assert.equal(wrong.code, 2);
    assert.match(wrong.errors, new RegExp(`^release:${script}: .*--moon`));
    assert.equal(wrong.text, "");
  });
}
