/** A user in Node: installs a package from npm tarballs, with those that it depends on. */
import { swiftShaderEnvironment } from "@renorm/testing/gpu/drivers";
import { installInNode } from "@renorm/testing/node_project";
import { runCommand } from "@renorm/testing/run_command";
import type { NpmTarball } from "../npm_tarballs.ts";
import { pinnedVersions, type PublicPackage } from "../public_packages.ts";
import { checkKeras } from "./check_keras.ts";
import { compile, compilerPackages } from "./compilers.ts";
import {
  checkHelp,
  checkLosses,
  mainOf,
  type Program,
  readProgram,
  wantsGpu,
  writeFiles,
} from "./program.ts";

/** How a user starts Dawn. */
const dawn = {
  imports: ['import { create, globals } from "webgpu";', "Object.assign(globalThis, globals);"],
  expression: "create([])",
};

/**
 * Uses a package in an empty folder, as an ES module and as CommonJS.
 *
 * @param program What is run (default: the package's own program).
 * @param without Packages that must not come with it.
 * @throws {Error} When it cannot be installed, brings what it should not, does not type-check, or
 * trains wrongly.
 */
export async function useInNode(
  one: PublicPackage,
  folder: string,
  tarballs: readonly NpmTarball[],
  program?: Program,
  without: readonly string[] = [],
): Promise<void> {
  const gpu = wantsGpu(one.name, "Node");
  const { files: own, siblings, foreign } = program ?? await readProgram(one.name);
  const files = { ...own, "main.ts": mainOf(one, gpu ? dawn : null) };
  await Deno.mkdir(`${folder}/commonjs`);
  await writeFiles(folder, files);
  await writeFiles(`${folder}/commonjs`, { ...files, "package.json": '{ "type": "commonjs" }' });
  const pinned = await pinnedVersions();
  const tools = ["@webgpu/types", ...gpu ? ["webgpu"] : []];
  const run = (path: string, args: string[], env = {}) =>
    runCommand(path, args, { cwd: folder, env });
  await installInNode(folder, [
    ...pathsOf(siblings.map((name) => `@renorm/${name}`), tarballs),
    ...foreign,
    ...tools.map((name) => `${name}@${pinned[name]}`),
    ...compilerPackages,
  ]);
  for (const absent of ["h5wasm", ...without]) {
    const isThere = await Deno.stat(`${folder}/node_modules/${absent}`).then(
      () => true,
      () => false,
    );
    if (isThere) throw new Error(`expected @renorm/${one.name} without ${absent}: it is installed`);
  }
  await compile(folder);
  for (const main of ["dist/main.js", "dist/commonjs/main.js"]) {
    const printed = await run("node", [main], gpu ? await swiftShaderEnvironment() : {});
    checkLosses(printed, gpu ? "swiftshader" : null);
  }
  if ("./cli" in one.exports) {
    checkHelp(await run("npx", [`@renorm/${one.name}`, "--help"]), "renorm-convert");
    await checkKeras(folder);
  }
}

/** The tarballs of these packages and of all that they depend on. */
function pathsOf(names: readonly string[], tarballs: readonly NpmTarball[]): string[] {
  const wanted = tarballs.filter(({ name }) => names.includes(name));
  const paths = wanted.flatMap(({ path, dependencies }) => [
    path,
    ...pathsOf(dependencies, tarballs),
  ]);
  return [...new Set(paths)];
}
