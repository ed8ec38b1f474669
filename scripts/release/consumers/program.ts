/**
 * Programs that use the packages as their users do, one per package, in `../programs`. Each trains
 * the same small problem, so its losses must be those of core-math in this workspace, but for
 * rounding.
 */
import { train } from "../programs/core-math.ts";
import type { Losses } from "../programs/problem.ts";
import { importsOf } from "../../imports.ts";
import { importedPackages } from "../imported_packages.ts";
import { pinnedVersions, type PublicPackage } from "../public_packages.ts";

/** Where a program runs. */
export type Runtime = "Deno" | "Node" | "browser";

/** The programs that train on a GPU, and where; TensorFlow.js and jax-js have no WebGPU in Node. */
const onGpu: Readonly<Record<string, readonly Runtime[]>> = {
  "webgpu-kernels": ["Deno", "Node", "browser"],
  "tfjs": ["Deno", "browser"],
  "jax-js": ["Deno", "browser"],
};

/** Whether the program of a package wants a GPU there. */
export function wantsGpu(name: string, runtime: Runtime): boolean {
  return onGpu[name]?.includes(runtime) ?? false;
}

/** A program's files for a project, and what has to be installed for them. */
export interface Program {
  /** Texts by name: `convert.ts`, and what it imports, `problem.ts`. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages of this repository: `convert`. */
  readonly siblings: readonly string[];
  /** npm packages with the version that is pinned here: `@tensorflow/tfjs@4.22.0`. */
  readonly foreign: readonly string[];
}

/** Reads the program of a package, its files but for those that others stand in for. */
export async function readProgram(
  name: string,
  replaced: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const files: Record<string, string> = {};
  const read = async (file: string) => {
    const source = new URL(`../programs/${replaced[file] ?? file}`, import.meta.url);
    files[file] = await Deno.readTextFile(source);
    for (const { specifier } of importsOf(files[file])) {
      const other = specifier.startsWith("./") ? specifier.slice("./".length) : file;
      if (!(other in files)) await read(other);
    }
  };
  await read(`${name}.ts`);
  const imported = new Set(Object.values(files).flatMap(importedPackages));
  const ours = (one: string) => one.startsWith("@renorm/");
  const pinned = await pinnedVersions();
  return {
    files,
    siblings: [...imported].filter(ours).map((one) => one.slice("@renorm/".length)),
    foreign: [...imported].filter((one) => !ours(one)).map((one) => `${one}@${pinned[one]}`),
  };
}

/** Code that imports every export of a package, trains, and prints the losses as JSON. */
export function mainOf(
  { name, exports }: PublicPackage,
  gpu: { readonly imports?: readonly string[]; readonly expression: string } | null,
): string {
  return [
    ...gpu?.imports ?? [],
    ...Object.keys(exports).map((entry) => `import "@renorm/${name}${entry.slice(1)}";`),
    `import { train } from "./${name}.ts";`,
    // No await at the top: the code is compiled as CommonJS too.
    `(async () => console.log(JSON.stringify(await train(${gpu?.expression ?? ""}))))();`,
  ].join("\n");
}

/** Writes texts into a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}

/**
 * Checks the losses that a program printed in its last line.
 *
 * @param driver Name of the GPU's driver, or null where none is wanted.
 * @throws {Error} For a loss that is not the workspace's, and when the GPU was wanted and not used.
 */
export function checkLosses(printed: string, driver: string | null): void {
  const losses: Losses = JSON.parse(printed.slice(printed.lastIndexOf("\n") + 1));
  const { cpu: expected } = train();
  if (driver && !losses.gpu) throw new Error(`expected losses on ${driver}: got none`);
  for (const [place, actual] of Object.entries(losses)) {
    const isAlike = actual.length === expected.length &&
      actual.every((loss, step) => Math.abs(loss - expected[step]) < 1e-5 * expected[step]);
    const shown = place === "gpu" && driver ? driver : place;
    if (!isAlike) throw new Error(`expected losses ${expected} on ${shown}: got ${actual}`);
  }
}

/** Checks what a command line printed for `--help`: its usage, as it was called. */
export function checkHelp(printed: string, command: string): void {
  if (printed.includes(`Usage: ${command} `)) return;
  throw new Error(`expected the usage of ${command}: got ${JSON.stringify(printed)}`);
}
