/** How large the packages are for who downloads them. */
import { build, stop } from "esbuild";
import { gzipSync } from "node:zlib";
import { exportedFiles, type PublicPackage } from "./public_packages.ts";

/** Most bytes that the main export of a package may have, minified and gzipped. */
const limits: Readonly<Record<string, number>> = {
  "core-math": 7000,
  "schedule": 2000,
  "webgpu-kernels": 16_200,
};

/** Sizes of a package's main export in bytes. */
export interface BundleSize {
  readonly name: string;
  readonly minified: number;
  /** Of the package's own code, without the packages that it imports. */
  readonly gzipped: number;
  /** With what it uses of the other packages here: what a page loads for all of it. */
  readonly withSiblings: number;
  /** Most that `gzipped` may be; null where there is no limit. */
  readonly limit: number | null;
}

/** Bundles the main export of each package with esbuild and measures it. */
export async function measureBundles(packages: readonly PublicPackage[]): Promise<BundleSize[]> {
  const siblings = exportedFiles(packages);
  try {
    return await Promise.all(packages.map(async ({ name, folder, exports }) => {
      const entry = `${folder}/${exports["."]}`;
      const [own, all] = await Promise.all([bundle(entry, {}), bundle(entry, siblings)]);
      const [gzipped, withSiblings] = [own, all].map((code) => gzipSync(code, { level: 9 }).length);
      const limit = limits[name] ?? null;
      return { name, minified: own.length, gzipped, withSiblings, limit };
    }));
  } finally {
    await stop();
  }
}

/** All that a file exports, minified; of packages those alone that have a path in `alias`. */
async function bundle(entry: string, alias: Record<string, string>): Promise<Uint8Array> {
  const { outputFiles: [{ contents }] } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    alias,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
  return contents;
}

/** The sizes that are beyond their limits; each as a line that says by how much. */
export function findOversized(sizes: readonly BundleSize[]): string[] {
  return sizes.filter(({ gzipped, limit }) => limit !== null && gzipped >= limit)
    .map(({ name, gzipped, limit }) =>
      `${name} expects less than ${limit} bytes, minified and gzipped: got ${gzipped}`
    );
}
