/** How large the packages are for who downloads them. */
import { gzipSync } from "node:zlib";
import { bundleInFolder } from "@renorm/testing/bundle";
import { exportedFiles, type PublicPackage } from "./public_packages.ts";

/** Most bytes that the main export of a package may have, minified and gzipped. */
const limits: Readonly<Record<string, number>> = {
  "core-math": 13_100,
  "schedule": 2048,
  "wasm-kernels": 6100,
  "webgpu-kernels": 16_300,
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
  const encoder = new TextEncoder();
  return await Promise.all(packages.map(async ({ name, folder, exports }) => {
    const everything = `export * from "${exports["."]}";`;
    const [own, all] = await Promise.all(
      [{}, siblings].map(async (alias) =>
        encoder.encode(await bundleInFolder(everything, folder, { alias, leavePackages: true }))
      ),
    );
    const [gzipped, withSiblings] = [own, all].map((code) => gzipSync(code, { level: 9 }).length);
    return { name, minified: own.length, gzipped, withSiblings, limit: limits[name] ?? null };
  }));
}

/** The sizes that are beyond their limits; each as a line that says by how much. */
export function findOversized(sizes: readonly BundleSize[]): string[] {
  return sizes.filter(({ gzipped, limit }) => limit !== null && gzipped >= limit)
    .map(({ name, gzipped, limit }) =>
      `${name} expects less than ${limit} bytes, minified and gzipped: got ${gzipped}`
    );
}
