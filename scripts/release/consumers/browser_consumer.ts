/** A user in the browser: bundles a package with esbuild and opens it in a real Chromium. */
import { withBrowserPage } from "@renorm/testing/browser";
import { build, stop } from "esbuild";
import type { PublicPackage } from "../public_packages.ts";
import { checkLosses, readProgram, wantsGpu } from "./program.ts";

/**
 * Uses a package in the Node project in which it is installed; gives where its program trained.
 *
 * @throws {Error} When it cannot be bundled or trains wrongly.
 */
export async function useInBrowser(one: PublicPackage, folder: string): Promise<string[]> {
  const gpu = wantsGpu(one.name, "browser");
  const { files } = await readProgram(one);
  // Everything is exported, so that all of the package has to be fit for a browser.
  const contents = [
    `export * from "@renorm/${one.name}";`,
    "train.ts" in files
      ? `import { train } from "./train.ts"; export const run = () => train(${
        gpu ? "navigator.gpu" : ""
      });`
      : "export const run = () => ({});",
  ].join("\n");
  const script = await bundle(contents, folder);
  return await withBrowserPage(async (page) => {
    await page.addScriptTag({ content: script });
    const losses = await page.evaluate("program.run()");
    return checkLosses(JSON.stringify(losses), gpu ? "swiftshader" : null);
  });
}

async function bundle(contents: string, folder: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      minify: true,
      write: false,
      format: "iife",
      globalName: "program",
      platform: "browser",
      target: "es2022",
      logLevel: "silent",
    });
    return outputFiles[0].text;
  } finally {
    await stop();
  }
}
