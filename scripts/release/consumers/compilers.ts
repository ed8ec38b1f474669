import { commandOutput } from "@renorm/testing/run_command";
import { writeFiles } from "./program.ts";

/**
 * The TypeScripts that users may have, and what types each needs beside its own. CommonJS may
 * import ES modules from 5.8 on; WebGPU's types came with 6.0.
 */
const compilers = {
  oldest: { version: "5.8.3", types: ["@webgpu/types"] },
  newest: { version: "7.0.2", types: [] },
};

/** What npm has to install for {@linkcode compile}, each compiler under a name of its own. */
export const compilerPackages: readonly string[] = Object.entries(compilers).map(
  ([age, { version }]) => `typescript-${age}@npm:typescript@${version}`,
);

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  module: "nodenext",
  target: "es2022",
  lib: ["es2022", "dom"],
  rewriteRelativeImportExtensions: true,
  rootDir: ".",
  outDir: "dist",
};

/**
 * Compiles `main.ts`, an ES module, and `commonjs/main.ts` with the oldest and the newest
 * TypeScript. Declarations of other people's packages need not hold: those of TensorFlow.js do not,
 * and are no concern of ours.
 *
 * @throws {Error} With the errors in the program and in our declarations.
 */
export async function compile(folder: string): Promise<void> {
  const files = ["main.ts", "commonjs/main.ts"];
  await Deno.mkdir(`${folder}/dist/commonjs`, { recursive: true });
  await Deno.copyFile(`${folder}/commonjs/package.json`, `${folder}/dist/commonjs/package.json`);
  for (const [age, { version, types }] of Object.entries(compilers)) {
    const settings = { compilerOptions: { ...compilerOptions, types }, files };
    await writeFiles(folder, { "tsconfig.json": JSON.stringify(settings) });
    const tsc = `node_modules/typescript-${age}/bin/tsc`;
    const { code, printed, errors } = await commandOutput("node", [tsc], { cwd: folder });
    const found = printed.split("\n").filter((line) => /error TS\d+/.test(line));
    const ours = found.filter((line) => !/^node_modules\/(?!@renorm\/)/.test(line));
    const said = `TypeScript ${version}`;
    if (ours.length > 0) throw new Error(`${said} finds\n${ours.join("\n")}`);
    if (code !== 0 && found.length === 0) throw new Error(`${said} ended with ${code}\n${errors}`);
  }
}
