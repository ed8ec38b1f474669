/** A user in Node: installs a package, with its dependencies, from a registry of npm's kind. */
import { swiftShaderEnvironment } from "@renorm/testing/gpu/drivers";
import { installInNode } from "@renorm/testing/node_project";
import { runCommand } from "@renorm/testing/run_command";
import { pinnedVersions, type PublicPackage } from "../public_packages.ts";
import type { Registry } from "../registry/with_registry.ts";
import { checkKeras } from "./check_keras.ts";
import { compile, compilerPackages } from "./compilers.ts";
import { checkHelp, checkLosses, mainOf, readProgram, wantsGpu, writeFiles } from "./program.ts";

/** How a user starts Dawn. */
const dawn = {
  imports: ['import { create, globals } from "webgpu";', "Object.assign(globalThis, globals);"],
  expression: "create([])",
};

/** Another program for a package, and what must not come with it. */
export interface Variant {
  readonly program: string;
  readonly without: readonly string[];
}

/**
 * Uses a package in an empty folder, as an ES module and as CommonJS; gives where its program trained.
 *
 * @throws {Error} When it cannot be installed, brings what it should not, does not type-check, or
 * trains wrongly.
 */
export async function useInNode(
  one: PublicPackage,
  folder: string,
  { npmUrl }: Registry,
  { program: name, without }: Variant = { program: one.name, without: [] },
): Promise<string[]> {
  const gpu = wantsGpu(name, "Node");
  const program = await readProgram(one, name);
  const files = { ...program.files, "main.ts": mainOf(one, program, gpu ? dawn : null) };
  await Deno.mkdir(`${folder}/commonjs`);
  await writeFiles(folder, files);
  await writeFiles(`${folder}/commonjs`, { ...files, "package.json": '{ "type": "commonjs" }' });
  const pinned = await pinnedVersions();
  const tools = ["@webgpu/types", ...gpu ? ["webgpu"] : []];
  const run = (path: string, args: string[], env = {}) =>
    runCommand(path, args, { cwd: folder, env });
  const packages = [
    ...program.siblings,
    ...program.foreign,
    ...tools.map((name) => `${name}@${pinned[name]}`),
    ...compilerPackages,
  ];
  await installInNode(folder, packages, { npmrc: `@renorm:registry=${npmUrl}` });
  for (const absent of ["h5wasm", ...without]) {
    const isThere = await Deno.stat(`${folder}/node_modules/${absent}`).then(
      () => true,
      () => false,
    );
    if (isThere) throw new Error(`expected @renorm/${one.name} without ${absent}: it is installed`);
  }
  await compile(folder);
  const places: string[] = [];
  for (const main of ["dist/main.js", "dist/commonjs/main.js"]) {
    const printed = await run("node", [main], gpu ? await swiftShaderEnvironment() : {});
    places.push(...checkLosses(printed, gpu ? "swiftshader" : null));
  }
  if ("./cli" in one.exports) {
    places.push(checkHelp(await run("npx", [`@renorm/${one.name}`, "--help"]), "renorm-convert"));
    places.push(await checkKeras(folder));
  }
  return [...new Set(places)];
}
