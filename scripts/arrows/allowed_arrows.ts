/** Who may import whom: the arrows between packages, as the design has them. */

/** What the files of a package may import beside its own. */
export interface Allowed {
  /** Packages of this repository. */
  readonly packages: readonly string[];
  /** npm packages and built-in modules, by their specifier; `"*"` is any. */
  readonly foreign: readonly string[];
}

/** The packages that are published. Tests, and what lies in a folder `testing`, are freer. */
export const publicPackages: Readonly<Record<string, Allowed>> = {
  "schedule": { packages: [], foreign: [] },
  "core-math": { packages: ["schedule"], foreign: [] },
  "wasm-kernels": { packages: ["core-math"], foreign: [] },
  "webgpu-kernels": { packages: ["core-math", "schedule"], foreign: [] },
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
    packages: ["core-math", "schedule", "wasm-kernels", "webgpu-kernels", "convert"],
    foreign: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"],
  },
  "jax-js": { packages: ["core-math", "schedule"], foreign: ["@jax-js/jax"] },
};

/** The private packages that a private one may import; public and foreign ones are free to them. */
const privateArrows: Readonly<Record<string, readonly string[]>> = {
  "terminal": [],
  "testing": ["terminal"],
  "parity": ["terminal", "testing"],
  "bench": ["terminal", "testing", "parity"],
  "experiments": ["terminal", "testing"],
  "demo": ["terminal", "testing", "experiments"],
  "guide": ["terminal", "testing", "experiments", "demo"],
  "page": ["terminal", "testing", "experiments", "bench"],
  "scripts": ["terminal", "testing"],
};

/** The private packages that tests may import, whichever package they are in. */
const privateForTests: readonly string[] = ["terminal", "testing", "parity"];

/**
 * Files that a private package may import by their path, past what their package exports:
 * benchmarks of parts, and golden values. Tests may besides import what lies in a folder `testing`.
 */
export const innerFiles: Readonly<Record<string, readonly string[]>> = {
  "bench": [
    "packages/convert/cli/run.ts",
    "packages/convert/formats/safetensors/header.ts",
    "packages/webgpu-kernels/record/workspace.ts",
    "packages/webgpu-kernels/plan/tuning.ts",
  ],
};

const publicNames = Object.keys(publicPackages);

/** The packages that are not published, and `scripts`. */
export const privatePackages: Readonly<Record<string, Allowed>> = Object.fromEntries(
  Object.entries(privateArrows).map((
    [name, others],
  ) => [name, { packages: [...publicNames, ...others], foreign: ["*"] }]),
);

/** What a package's files may import; null for a package that is in no table. */
export function allowedFor(name: string, isTest: boolean): Allowed | null {
  const allowed = publicPackages[name] ?? privatePackages[name];
  if (!allowed || !isTest) return allowed ?? null;
  return {
    packages: [...new Set([...publicNames, ...allowed.packages, ...privateForTests])],
    foreign: ["*"],
  };
}
