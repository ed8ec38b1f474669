/** The cases on Dawn in Node, over the npm tarballs of `deno pack` in a bare npm project. */
import { unpackSwiftShader } from "../../scripts/gpu/swiftshader.ts";
import { bundle } from "./bundle.ts";
import type { GoldenCase } from "./golden_case.ts";
import { readResults } from "./result_lines.ts";
import type { ParityResult } from "./run_cases.ts";

/** The Dawn of the `webgpu` package, by its version on npm. */
const dawn = "webgpu@0.6.2";

/** Packs the packages, installs them and runs the cases in Node. */
export async function* nodeTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  const folder = await Deno.makeTempDir({ prefix: "renorm-node-" });
  try {
    const tarballs = [];
    for (const name of ["core-math", "webgpu-kernels"]) {
      const tarball = `${folder}/${name}.tgz`;
      const cwd = new URL(`../${name}/`, import.meta.url).pathname;
      await run(Deno.execPath(), ["pack", "--quiet", "--allow-dirty", "--output", tarball], cwd);
      tarballs.push(tarball);
    }
    await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }');
    await run("npm", ["install", "--no-audit", "--no-fund", ...tarballs, dawn], folder);
    await Deno.writeTextFile(`${folder}/runner.js`, await bundle("./node_runner.ts", true));
    const { icd, folder: loader } = await unpackSwiftShader();
    const env = { VK_DRIVER_FILES: icd, VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: loader };
    const program = { path: "node", args: [`${folder}/runner.js`], env };
    yield* readResults("node", program, JSON.stringify(cases));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(path: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(path, { args, cwd }).output();
  if (!success) throw new Error(`${path} ${args[0]} failed: ${new TextDecoder().decode(stderr)}`);
}
