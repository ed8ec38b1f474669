/** Bundles an entry of the suite with esbuild. */
import { build, stop } from "esbuild";

const packages = new URL("../", import.meta.url).pathname;

/**
 * Bundles an entry of this folder into one text.
 *
 * @param external Whether `@renorm/*` stays an import, to come from installed packages.
 */
export async function bundle(entry: string, external: boolean): Promise<string> {
  try {
    const { outputFiles } = await build({
      entryPoints: [new URL(entry, import.meta.url).pathname],
      bundle: true,
      write: false,
      format: external ? "esm" : "iife",
      target: "es2022",
      ...external ? { external: ["@renorm/*", "webgpu"], platform: "node" } : {
        alias: {
          "@renorm/core-math/checks": `${packages}core-math/checks.ts`,
          "@renorm/core-math": `${packages}core-math/mod.ts`,
          "@renorm/webgpu-kernels": `${packages}webgpu-kernels/mod.ts`,
        },
      },
    });
    return outputFiles[0].text;
  } finally {
    await stop();
  }
}
