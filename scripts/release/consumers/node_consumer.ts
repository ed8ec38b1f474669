/** A user in Node: installs a package, with its dependencies, from a registry of npm's kind. */
import { swiftShaderEnvironment } from "../../gpu/drivers.ts";
import { pinnedVersions, type PublicPackage } from "../public_packages.ts";
import type { Registry } from "../registry/with_registry.ts";
import { commandOutput, runCommand } from "../run_command.ts";
import { checkHelp, checkLosses, mainOf, readProgram, wantsGpu, writeFiles } from "./program.ts";

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  module: "nodenext",
  target: "es2022",
  lib: ["es2022", "dom"],
  types: ["@webgpu/types"],
  rewriteRelativeImportExtensions: true,
  outDir: "dist",
};

/** How a user starts Dawn. */
const dawn = {
  imports: ['import { create, globals } from "webgpu";', "Object.assign(globalThis, globals);"],
  expression: "create([])",
};

/**
 * Uses a package in an empty folder; gives where its program trained.
 *
 * @throws {Error} When it cannot be installed, does not type-check, or trains wrongly.
 */
export async function useInNode(
  one: PublicPackage,
  folder: string,
  { npmUrl }: Registry,
): Promise<string[]> {
  const gpu = wantsGpu(one.name, "Node");
  const program = await readProgram(one);
  await writeFiles(folder, {
    ...program.files,
    "main.ts": mainOf(one, program, gpu ? dawn : null),
    "package.json": '{ "private": true, "type": "module" }',
    ".npmrc": `@renorm:registry=${npmUrl}`,
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["main.ts"] }),
  });
  const pinned = await pinnedVersions();
  const tools = ["typescript", "@webgpu/types", ...gpu ? ["webgpu"] : []];
  const wanted = tools.map((name) => `${name}@${pinned[name]}`);
  const run = (path: string, args: string[], env = {}) =>
    runCommand(path, args, { cwd: folder, env });
  await run("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    ...program.siblings,
    ...program.foreign,
    ...wanted,
  ]);
  await compile(folder);
  const places = checkLosses(
    await run("node", ["dist/main.js"], gpu ? await swiftShaderEnvironment() : {}),
    gpu ? "swiftshader" : null,
  );
  if (!("./cli" in one.exports)) return places;
  return [...places, checkHelp(await run("npx", [`@renorm/${one.name}`, "--help"]))];
}

/**
 * Compiles with TypeScript. Declarations of other people's packages need not hold: those of
 * TensorFlow.js do not, and are no concern of ours.
 */
async function compile(folder: string): Promise<void> {
  const { code, printed, errors } = await commandOutput(
    "node",
    ["node_modules/typescript/bin/tsc"],
    {
      cwd: folder,
    },
  );
  const found = printed.split("\n").filter((line) => /error TS\d+/.test(line));
  const ours = found.filter((line) => !/^node_modules\/(?!@renorm\/)/.test(line));
  if (code !== 0 && found.length === 0) throw new Error(`tsc ended with status ${code}\n${errors}`);
  if (ours.length > 0) throw new Error(`tsc finds\n${ours.join("\n")}`);
}
