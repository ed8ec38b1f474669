import assert from "node:assert/strict";
import { train } from "../programs/core-math.ts";
import { checkLosses, mainOf, readProgram } from "./program.ts";

const { cpu } = train();

Deno.test("the programs' problem is one that training solves better at each step", () => {
  assert.equal(cpu.length, 3);
  assert.ok(cpu[0] > cpu[1] && cpu[1] > cpu[2] && cpu[2] > 0, String(cpu));
});

Deno.test("checkLosses() reads the last line", () => {
  const printed = `Hi, a framework greets\n${JSON.stringify({ cpu, gpu: cpu })}`;
  checkLosses(printed, "llvmpipe");
  assert.throws(() => checkLosses(`${printed}\n{"cpu":[]}`, null), /expected losses/);
});

Deno.test("checkLosses() refuses losses that are others, too few or without the GPU", () => {
  const off = cpu.map((loss, step) => step === 2 ? 1.0001 * loss : loss);
  assert.throws(() => checkLosses(JSON.stringify({ cpu: off }), null), /expected losses .* on cpu/);
  assert.throws(() => checkLosses(JSON.stringify({ cpu: cpu.slice(1) }), null), /expected losses/);
  const nan = '{"gpu":[null,null,null]}';
  assert.throws(() => checkLosses(nan, "swiftshader"), /expected losses .* on swiftshader/);
  assert.throws(() => checkLosses(JSON.stringify({ cpu }), "llvmpipe"), /llvmpipe: got none/);
});

Deno.test("a program comes with what it imports: files, packages, at the pinned versions", async () => {
  const { files, siblings, foreign } = await readProgram("tfjs");
  assert.deepEqual(Object.keys(files), ["tfjs.ts", "problem.ts", "tfjs_whole.ts"]);
  assert.deepEqual(siblings, ["tfjs"]);
  assert.deepEqual(foreign, ["@tensorflow/tfjs-backend-webgpu@4.22.0", "@tensorflow/tfjs@4.22.0"]);
  assert.deepEqual((await readProgram("convert")).siblings, ["convert", "core-math"]);
});

Deno.test("a file of a program stands in for another", async () => {
  const { files, foreign } = await readProgram("tfjs", { "tfjs_whole.ts": "tfjs_parts.ts" });
  assert.match(files["tfjs_whole.ts"], /tfjs-layers/);
  assert.ok(!foreign.includes("@tensorflow/tfjs@4.22.0"));
});

Deno.test("a program imports all exports of its package", () => {
  const exports = { ".": "./mod.ts", "./checks": "./checks.ts" };
  const one = { name: "moon", folder: "", version: "1.0.0", exports };
  assert.equal(
    mainOf(one, { imports: ['import "dawn";'], expression: "create()" }),
    'import "dawn";\nimport "@renorm/moon";\nimport "@renorm/moon/checks";\n' +
      'import { train } from "./moon.ts";\n' +
      "(async () => console.log(JSON.stringify(await train(create()))))();",
  );
});
