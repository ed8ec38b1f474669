/** The cases on Dawn in Node, over the npm tarballs in a bare npm project. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { swiftShaderEnvironment } from "../../scripts/gpu/drivers.ts";
import { packForNpm } from "../../scripts/release/npm_tarballs.ts";
import { publicPackages } from "../../scripts/release/public_packages.ts";
import { runCommand } from "../../scripts/release/run_command.ts";
import { bundle } from "./bundle.ts";
import type { GoldenCase } from "./golden_case.ts";
import { readResults } from "./result_lines.ts";
import type { ParityResult } from "./run_cases.ts";

/** Packs the packages, installs them and runs the cases in Node. */
export async function* nodeTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  const folder = await Deno.makeTempDir({ prefix: "renorm-node-" });
  try {
    const used = (await publicPackages())
      .filter(({ name }) => ["core-math", "webgpu-kernels"].includes(name));
    const tarballs = await Promise.all(used.map((one) => packForNpm(one, folder)));
    await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }');
    // Nothing is fetched: the tarballs need no more than each other, and Dawn is in Deno's cache.
    const install = ["install", "--offline", "--no-audit", "--no-fund"];
    await runCommand("npm", [...install, ...tarballs.map(({ path }) => path)], { cwd: folder });
    const dawn = dirname(fileURLToPath(import.meta.resolve("webgpu")));
    await Deno.symlink(dawn, join(folder, "node_modules", "webgpu"), { type: "junction" });
    const entry = new URL("./node_runner.ts", import.meta.url);
    const runner = await bundle(entry, { platform: "deno", external: ["@renorm/*", "webgpu"] });
    await Deno.writeTextFile(`${folder}/runner.js`, runner);
    const env = await swiftShaderEnvironment();
    const program = { path: "node", args: [`${folder}/runner.js`], env };
    yield* readResults("node", program, JSON.stringify(cases));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
