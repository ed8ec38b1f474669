/**
 * Programs that use the packages as their users do, one per package, in `../programs`. Each trains
 * the same small problem, so its losses must be those of core-math in this workspace, but for
 * rounding.
 */
import { train } from "../programs/core-math.ts";
import type { Losses } from "../programs/problem.ts";
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

/** Files for a project, and what has to be installed for them. */
export interface Program {
  /** Texts by name: `train.ts` with `problem.ts`, or none for a package without a program. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages of this repository, the one it is for first: `@renorm/convert`. */
  readonly siblings: readonly string[];
  /** npm packages with the version that is pinned here: `@tensorflow/tfjs@4.22.0`. */
  readonly foreign: readonly string[];
}

/** Reads a program of a package; each has one by its own name. */
export async function readProgram(
  { name }: PublicPackage,
  program: string = name,
): Promise<Program> {
  const folder = new URL("../programs/", import.meta.url);
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  if (!names.includes(`${program}.ts`)) {
    return { files: {}, siblings: [`@renorm/${name}`], foreign: [] };
  }
  const [text, problem] = await Promise.all(
    [`${program}.ts`, "problem.ts"].map((file) => Deno.readTextFile(new URL(file, folder))),
  );
  const imported = importedPackages(text);
  const pinned = await pinnedVersions();
  const isSibling = (name: string) => name.startsWith("@renorm/");
  return {
    files: { "train.ts": text, "problem.ts": problem },
    siblings: [...new Set([`@renorm/${name}`, ...imported.filter(isSibling)])],
    foreign: imported.filter((name) => !isSibling(name)).map((name) => `${name}@${pinned[name]}`),
  };
}

/** Code that imports every export of a package, trains, and prints the losses as JSON. */
export function mainOf(
  { name, exports }: PublicPackage,
  { files }: Program,
  gpu: { readonly imports?: readonly string[]; readonly expression: string } | null,
): string {
  // No await at the top: the code is compiled as CommonJS too.
  const print = "train.ts" in files
    ? `(async () => console.log(JSON.stringify(await train(${gpu?.expression ?? ""}))))();`
    : "console.log(JSON.stringify({}));";
  return [
    ...gpu?.imports ?? [],
    ...Object.keys(exports).map((entry) => `import "@renorm/${name}${entry.slice(1)}";`),
    ..."train.ts" in files ? ['import { train } from "./train.ts";'] : [],
    print,
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
 * Checks the losses that a program printed in its last line; gives the places it trained in, or
 * `imported` where it does not train.
 *
 * @param driver Name of the GPU's driver, or null where none is wanted.
 * @throws {Error} For a loss that is not the workspace's, and when the GPU was wanted and not used.
 */
export function checkLosses(printed: string, driver: string | null): string[] {
  const losses: Losses = JSON.parse(printed.slice(printed.lastIndexOf("\n") + 1));
  const { cpu: expected } = train();
  if (driver && !losses.gpu) throw new Error(`expected losses on ${driver}: got none`);
  const places = Object.entries(losses).map(([place, actual]) => {
    const isAlike = actual.length === expected.length &&
      actual.every((loss, step) => Math.abs(loss - expected[step]) < 1e-5 * expected[step]);
    const shown = place === "gpu" && driver ? driver : place;
    if (!isAlike) throw new Error(`expected losses ${expected} on ${shown}: got ${actual}`);
    return shown;
  });
  return places.length === 0 ? ["imported"] : places;
}

/**
 * Checks what a command line printed for `--help`: its usage, as it was called; gives the place.
 */
export function checkHelp(printed: string, command: string): "cli" {
  if (printed.includes(`Usage: ${command} `)) return "cli";
  throw new Error(`expected the usage of ${command}: got ${JSON.stringify(printed)}`);
}
