/** The cases on Dawn in Node, over the npm tarballs in a bare npm project. */
import { swiftShaderEnvironment } from "../../scripts/gpu/drivers.ts";
import { packForNpm } from "../../scripts/release/npm_tarballs.ts";
import { pinnedVersions, publicPackages } from "../../scripts/release/public_packages.ts";
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
    // Dawn comes as the package `webgpu`.
    const dawn = `webgpu@${(await pinnedVersions()).webgpu}`;
    const install = [
      "install",
      "--no-audit",
      "--no-fund",
      ...tarballs.map(({ path }) => path),
      dawn,
    ];
    await runCommand("npm", install, { cwd: folder });
    await Deno.writeTextFile(`${folder}/runner.js`, await bundle("./node_runner.ts", true));
    const env = await swiftShaderEnvironment();
    const program = { path: "node", args: [`${folder}/runner.js`], env };
    yield* readResults("node", program, JSON.stringify(cases));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
