/** Checks that packages depend on each other only as the design says. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { sourceFiles } from "./source_files.ts";

const help = `Fails on an import that the design does not allow between packages.

Usage: deno run --allow-read scripts/check_arrows.ts [--packages DIR]

  --packages DIR  folder of the packages (default: packages)
  --help          print this text, as -h does; --version prints the version

Exit status: 0 all arrows allowed, 1 one is not, 2 wrong usage.
`;

/** What the files of a package may import beside its own; its tests and benches are freer. */
interface Allowed {
  /** Packages of this repository. */
  readonly packages: readonly string[];
  /** npm packages and built-in modules, by their specifier; `"*"` is any. */
  readonly foreign: readonly string[];
}

const publicPackages: Readonly<Record<string, Allowed>> = {
  "core-math": { packages: [], foreign: [] },
  "schedule": { packages: [], foreign: [] },
  "webgpu-kernels": { packages: ["core-math"], foreign: [] },
  "convert": {
    packages: ["core-math", "schedule"],
    foreign: [
      "node:fs/promises",
      "node:path",
      "node:process",
      "node:url",
      "node:util",
      "fflate",
      "h5wasm",
    ],
  },
  "tfjs": {
    packages: ["core-math", "schedule", "webgpu-kernels", "convert"],
    foreign: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"],
  },
  "jax-js": { packages: ["core-math", "schedule"], foreign: ["@jax-js/jax"] },
};

const privatePackages: readonly string[] = [
  "testing",
  "terminal",
  "parity",
  "bench",
  "experiments",
  "demo",
  "page",
  "guide",
];

/** Private packages, and tests of public ones: every public package, private ones, anything foreign. */
const privateAllowed: Allowed = {
  packages: [...Object.keys(publicPackages), "testing", "terminal", "parity", "experiments"],
  foreign: ["*"],
};
const testAllowed: Allowed = {
  packages: [...Object.keys(publicPackages), ...privatePackages],
  foreign: ["*"],
};

/** Finds the imports that are not allowed; each as a line that says where and what. */
export async function findWrongArrows(packagesFolder: string): Promise<string[]> {
  const files = await sourceFiles([packagesFolder], /\.[mc]?[jt]sx?$/);
  const wrong: string[] = [];
  for (const file of files) {
    const path = file.slice(packagesFolder.length).replace(/^\//, "");
    const name = path.split("/")[0];
    const isPublic = Object.hasOwn(publicPackages, name);
    if (!isPublic && !privatePackages.includes(name)) {
      wrong.push(`${file}: the package ${name} is not in the table of check_arrows.ts`);
      continue;
    }
    const isTest = /_(test|bench)\.ts$|\/testing\//.test(path);
    const allowed = isTest ? testAllowed : isPublic ? publicPackages[name] : privateAllowed;
    for (const specifier of importsOf(await Deno.readTextFile(file))) {
      const reason = reasonAgainst(specifier, { name, path, allowed });
      if (reason) wrong.push(`${file}: ${name} may not import ${specifier}, ${reason}`);
    }
  }
  return wrong;
}

interface Importer {
  readonly name: string;
  /** The file's path below the folder of the packages. */
  readonly path: string;
  readonly allowed: Allowed;
}

function reasonAgainst(specifier: string, { name, path, allowed }: Importer): string | null {
  const isFree = allowed.foreign.includes("*");
  if (specifier.startsWith(".")) {
    const isOwn = join(path, "..", specifier).startsWith(`${name}/`);
    return isOwn || isFree ? null : "a file outside the package";
  }
  const sibling = specifier.match(/^@renorm\/([^/]+)/)?.[1];
  if (sibling === undefined) {
    return isFree || allowed.foreign.includes(specifier) ? null : "a foreign module";
  }
  if (sibling === name || allowed.packages.includes(sibling)) return null;
  if (Object.hasOwn(publicPackages, sibling)) return "an arrow the design lacks";
  if (privatePackages.includes(sibling)) return "a private package";
  return "a package that is not in the table of check_arrows.ts";
}

/**
 * The specifiers of static and dynamic imports. Reads lines as `deno fmt` leaves them: statements
 * start a line, and lines of comments start with a star or two strokes. A dynamic import of what is
 * no plain string comes back as the code it is, so that it is found foreign.
 */
function importsOf(source: string): string[] {
  const code = source.replace(/^\s*(\*|\/\*|\/\/).*$/gm, "");
  const direct =
    /^(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']/gm;
  const dynamic = /\bimport\s*\(\s*(?:["']([^"']+)["']|([^\s,)]+))/g;
  return [...code.matchAll(direct), ...code.matchAll(dynamic)].map(([, a, b]) => a ?? b);
}

async function check(folder: string): Promise<number> {
  const wrong = await findWrongArrows(folder);
  for (const line of wrong) console.error(line);
  return wrong.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  const options = { packages: { type: "string", default: "packages" } } as const;
  await runTask({
    name: "check_arrows",
    help,
    read: (args) => parseArgs({ args, options }).values.packages,
    run: check,
  });
}
