/** Checks that packages depend on each other only as the design says. */
import { parseArgs } from "node:util";
import { sourceFiles } from "./source_files.ts";

const help = `Fails on an import that the design does not allow between packages.

Usage: deno run --allow-read scripts/check_arrows.ts [--packages DIR]

  --packages DIR  folder of the packages (default: packages)
  --help          print this text
`;

/** What the files of a package may import beside its own. Tests and benches may import more. */
interface Allowed {
  readonly packages: readonly string[];
  /** npm packages and built-in modules, by their specifier. */
  readonly foreign: readonly string[];
}

const publicPackages: Readonly<Record<string, Allowed>> = {
  "core-math": { packages: [], foreign: [] },
  "schedule": { packages: [], foreign: [] },
  "webgpu-kernels": { packages: ["core-math"], foreign: [] },
  "convert": { packages: ["core-math", "schedule"], foreign: ["node:util", "fflate"] },
  "tfjs": { packages: ["core-math", "schedule", "webgpu-kernels", "convert"], foreign: [] },
  "jax-js": { packages: ["core-math", "schedule"], foreign: [] },
};

/** Private packages may import every public one, each other's test tools and anything foreign. */
const privatePackages: readonly string[] = ["parity", "bench", "demo"];

/** Finds the imports that are not allowed; each as a line that says where and what. */
export async function findWrongArrows(packagesFolder: string): Promise<string[]> {
  const files = await sourceFiles([packagesFolder], /\.ts$/);
  const wrong: string[] = [];
  for (const file of files) {
    const [name, ...rest] = file.slice(packagesFolder.length).replace(/^\//, "").split("/");
    const known = name in publicPackages || privatePackages.includes(name);
    if (!known) wrong.push(`${file}: the package ${name} is not in the table of check_arrows.ts`);
    if (!known || privatePackages.includes(name)) continue;
    const isTest = /_(test|bench)\.ts$/.test(file);
    for (const specifier of importsOf(await Deno.readTextFile(file))) {
      const reason = reasonAgainst(specifier, name, rest.length - 1, isTest);
      if (reason) wrong.push(`${file}: ${name} may not import ${specifier}, ${reason}`);
    }
  }
  return wrong;
}

function reasonAgainst(
  specifier: string,
  name: string,
  depth: number,
  isTest: boolean,
): string | null {
  if (specifier.startsWith(".")) {
    const climbs = specifier.split("/").filter((part) => part === "..").length;
    if (climbs <= depth) return null;
    return isTest ? null : "a file outside the package";
  }
  const sibling = specifier.match(/^@renorm\/([^/]+)/)?.[1];
  if (sibling !== undefined) {
    if (sibling === name || publicPackages[name].packages.includes(sibling)) return null;
    if (isTest) return null;
    return privatePackages.includes(sibling) ? "a private package" : "an arrow the design lacks";
  }
  if (isTest || publicPackages[name].foreign.includes(specifier)) return null;
  return "a foreign module";
}

/** The specifiers of static and dynamic imports; doc comments and strings of code are no imports. */
function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const pattern =
    /(?:^|[;}\s])(?:import|export)\b[^"';]*?from\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;
  return [...code.matchAll(pattern)].map(([, from, direct]) => from ?? direct);
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      packages: { type: "string", default: "packages" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help.trimEnd());
    return 0;
  }
  const wrong = await findWrongArrows(values.packages);
  for (const line of wrong) console.error(line);
  return wrong.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
