/** The cases on Dawn in Node, over the npm tarballs in a bare npm project. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "@renorm/testing/bundle";
import { swiftShaderEnvironment } from "@renorm/testing/gpu/drivers";
import { installInNode } from "@renorm/testing/node_project";
import { runCommand } from "@renorm/testing/run_command";
import type { GoldenCase } from "../golden_case.ts";
import type { ParityResult } from "../run_cases.ts";
import { readResults } from "./result_lines.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** Runs the cases on Dawn in Node. */
export async function* nodeTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  const runner = new URL("./node_runner.ts", import.meta.url);
  const packages = ["core-math", "schedule", "webgpu-kernels"];
  yield* runInNode("node", runner, packages, cases, await swiftShaderEnvironment());
}

/** Packs packages, installs them in a bare npm project and runs the cases there by a runner. */
export async function* runInNode(
  target: string,
  entry: URL,
  packages: readonly string[],
  cases: readonly GoldenCase[],
  env: Readonly<Record<string, string>> = {},
): AsyncIterable<ParityResult> {
  const folder = await Deno.makeTempDir({ prefix: "renorm-node-" });
  try {
    const pack = ["task", "--quiet", "release:pack", "--out", folder, ...packages];
    const tarballs = await runCommand(Deno.execPath(), pack, { cwd: repository });
    // Nothing is fetched: the tarballs need no more than each other, and Dawn is in Deno's cache.
    await installInNode(folder, tarballs.split("\n"), { offline: true });
    const dawn = dirname(fileURLToPath(import.meta.resolve("webgpu")));
    await Deno.symlink(dawn, join(folder, "node_modules", "webgpu"), { type: "junction" });
    const ours = packages.map((name) => `@renorm/${name}`);
    const runner = await bundle(entry, { platform: "deno", external: [...ours, "webgpu"] });
    await Deno.writeTextFile(`${folder}/runner.js`, runner);
    const program = { path: "node", args: [`${folder}/runner.js`], env };
    yield* readResults(target, program, JSON.stringify(cases));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
