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

/** What the cases run on, and what that needs. */
const packed = ["core-math", "schedule", "webgpu-kernels"];

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** Packs the packages, installs them and runs the cases in Node. */
export async function* nodeTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  const folder = await Deno.makeTempDir({ prefix: "renorm-node-" });
  try {
    const pack = ["task", "--quiet", "release:pack", "--out", folder, ...packed];
    const tarballs = await runCommand(Deno.execPath(), pack, { cwd: repository });
    // Nothing is fetched: the tarballs need no more than each other, and Dawn is in Deno's cache.
    await installInNode(folder, tarballs.split("\n"), { offline: true });
    const dawn = dirname(fileURLToPath(import.meta.resolve("webgpu")));
    await Deno.symlink(dawn, join(folder, "node_modules", "webgpu"), { type: "junction" });
    const entry = new URL("./node_runner.ts", import.meta.url);
    const ours = packed.map((name) => `@renorm/${name}`);
    const runner = await bundle(entry, { platform: "deno", external: [...ours, "webgpu"] });
    await Deno.writeTextFile(`${folder}/runner.js`, runner);
    const env = await swiftShaderEnvironment();
    const program = { path: "node", args: [`${folder}/runner.js`], env };
    yield* readResults("node", program, JSON.stringify(cases));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
