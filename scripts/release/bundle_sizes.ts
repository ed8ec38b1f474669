/** How large the packages are for who downloads them. */
import { build, stop } from "esbuild";
import { gzipSync } from "node:zlib";
import type { PublicPackage } from "./public_packages.ts";

/** Most bytes that the main export of a package may have, minified and gzipped. */
const limits: Readonly<Record<string, number>> = {
  "core-math": 6000,
  "schedule": 2000,
  "webgpu-kernels": 14_000,
};

/** Sizes of a package's main export in bytes, without the packages that it imports. */
export interface BundleSize {
  readonly name: string;
  readonly minified: number;
  readonly gzipped: number;
  /** Most that `gzipped` may be; null where there is no limit. */
  readonly limit: number | null;
}

/** Bundles the main export of each package with esbuild and measures it. */
export async function measureBundles(packages: readonly PublicPackage[]): Promise<BundleSize[]> {
  try {
    return await Promise.all(packages.map(async ({ name, folder, exports }) => {
      const { outputFiles: [{ contents }] } = await build({
        entryPoints: [`${folder}/${exports["."]}`],
        bundle: true,
        packages: "external",
        minify: true,
        write: false,
        format: "esm",
        target: "es2022",
        logLevel: "silent",
      });
      const gzipped = gzipSync(contents, { level: 9 }).length;
      return { name, minified: contents.length, gzipped, limit: limits[name] ?? null };
    }));
  } finally {
    await stop();
  }
}

/** The sizes that are beyond their limits; each as a line that says by how much. */
export function findOversized(sizes: readonly BundleSize[]): string[] {
  return sizes.filter(({ gzipped, limit }) => limit !== null && gzipped >= limit)
    .map(({ name, gzipped, limit }) =>
      `${name} expects less than ${limit} bytes, minified and gzipped: got ${gzipped}`
    );
}
