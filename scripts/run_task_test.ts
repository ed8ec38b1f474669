import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import core from "../packages/core-math/deno.json" with { type: "json" };
import settings from "../deno.json" with { type: "json" };

/** The tasks that are one script, with the script of each. */
const scripts = Object.entries(settings.tasks).flatMap(([name, { command }]) => {
  const [, script] = /^deno run .* (\S+\.ts)$/.exec(command) ?? [];
  return script ? [{ name, script: fileURLToPath(new URL(`../${script}`, import.meta.url)) }] : [];
});

async function run(script: string, ...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-all", script, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

assert.ok(scripts.length >= 18, "the tasks of deno.json are found");

for (const { name, script } of scripts) {
  Deno.test(`deno task ${name} has help, a version, and status 2 for wrong usage`, async () => {
    const [help, short, version, wrong] = await Promise.all(
      ["--help", "-h", "--version", "--moon"].map((option) => run(script, option)),
    );
    assert.equal(help.code, 0, help.err);
    assert.deepEqual(short, help);
    assert.match(help.out, new RegExp(`^Usage: deno task ${name}( |$)`, "m"));
    assert.match(help.out, /^Exit status: 0 .*1 [^]*2 /m);
    for (const line of help.out.split("\n")) assert.ok([...line].length <= 100, line);
    assert.deepEqual([version.code, version.err], [0, ""]);
    assert.match(version.out, new RegExp(`\\b${core.version}\n$`));
    assert.equal(wrong.code, 2);
    assert.equal(wrong.out, "");
    assert.match(wrong.err, /--moon/);
    assert.match(wrong.err, /--help says more/);
  });
}
