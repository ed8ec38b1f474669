/** A user in the browser: bundles a package with esbuild and opens it in a real Chromium. */
import { withBrowserPage } from "@renorm/testing/browser";
import { bundleInFolder } from "@renorm/testing/bundle";
import type { PublicPackage } from "../public_packages.ts";
import { checkLosses, wantsGpu } from "./program.ts";

/**
 * Uses a package in the Node project in which it is installed, beside its program.
 *
 * @throws {Error} When it cannot be bundled or trains wrongly.
 */
export async function useInBrowser({ name }: PublicPackage, folder: string): Promise<void> {
  const gpu = wantsGpu(name, "browser");
  // Everything is exported, so that all of the package has to be fit for a browser.
  const contents =
    `export * from "@renorm/${name}"; export { train as trainProgram } from "./${name}.ts";`;
  const script = await bundleInFolder(contents, folder, { format: "iife" });
  await withBrowserPage(async (page) => {
    await page.addScriptTag({ content: script });
    const losses = await page.evaluate(`program.trainProgram(${gpu ? "navigator.gpu" : ""})`);
    checkLosses(JSON.stringify(losses), gpu ? "swiftshader" : null);
  });
}
