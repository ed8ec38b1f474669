import assert from "node:assert/strict";
import { train } from "../programs/core-math.ts";
import type { PublicPackage } from "../public_packages.ts";
import { checkLosses, mainOf, readProgram } from "./program.ts";

const { cpu } = train();
const exports = { ".": "./mod.ts", "./checks": "./checks.ts" };
const one = (name: string): PublicPackage => ({ name, folder: "", version: "1.0.0", exports });

Deno.test("the programs' problem is one that training solves better at each step", () => {
  assert.equal(cpu.length, 3);
  assert.ok(cpu[0] > cpu[1] && cpu[1] > cpu[2] && cpu[2] > 0, String(cpu));
});

Deno.test("checkLosses() reads the last line, and names where a program trained", () => {
  const printed = `Hi, a framework greets\n${JSON.stringify({ cpu, gpu: cpu })}`;
  assert.deepEqual(checkLosses(printed, "llvmpipe"), ["cpu", "llvmpipe"]);
  assert.deepEqual(checkLosses("{}", null), ["imported"]);
});

Deno.test("checkLosses() refuses losses that are others, too few or without the GPU", () => {
  const off = cpu.map((loss, step) => step === 2 ? 1.0001 * loss : loss);
  assert.throws(() => checkLosses(JSON.stringify({ cpu: off }), null), /expected losses .* on cpu/);
  assert.throws(() => checkLosses(JSON.stringify({ cpu: cpu.slice(1) }), null), /expected losses/);
  const nan = '{"gpu":[null,null,null]}';
  assert.throws(() => checkLosses(nan, "swiftshader"), /expected losses .* on swiftshader/);
  assert.throws(() => checkLosses(JSON.stringify({ cpu }), "llvmpipe"), /llvmpipe: got none/);
});

Deno.test("a program is installed with what it imports, at the pinned versions", async () => {
  const { files, siblings, foreign } = await readProgram(one("tfjs"));
  assert.deepEqual(Object.keys(files), ["train.ts", "problem.ts"]);
  assert.deepEqual(siblings, ["@renorm/tfjs"]);
  assert.deepEqual(foreign, ["@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-webgpu@4.22.0"]);
  assert.deepEqual((await readProgram(one("convert"))).siblings, [
    "@renorm/convert",
    "@renorm/core-math",
  ]);
});

Deno.test("a package without a program is imported alone, all of its exports", async () => {
  const moon = one("moon");
  const program = await readProgram(moon);
  assert.deepEqual(program, { files: {}, siblings: ["@renorm/moon"], foreign: [] });
  assert.equal(
    mainOf(moon, program, null),
    'import "@renorm/moon";\nimport "@renorm/moon/checks";\nconsole.log(JSON.stringify({}));',
  );
});
