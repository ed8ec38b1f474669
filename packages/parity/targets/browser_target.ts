/** The cases on Dawn in a real headless Chromium. */
import { withBrowserPage } from "@renorm/testing/browser";
import { bundle } from "@renorm/testing/bundle";
import type { GoldenCase } from "../golden_case.ts";
import type { ParityResult } from "../run_cases.ts";

/** Runs the cases in the browser, on SwiftShader. */
export async function* browserTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  const script = await bundle(new URL("./browser_entry.ts", import.meta.url), { format: "iife" });
  yield* await withBrowserPage(async (page) => {
    await page.addScriptTag({ content: script });
    return await page.evaluate<ParityResult[], readonly GoldenCase[]>(
      (given) =>
        (globalThis as unknown as { runParity(cases: unknown): Promise<ParityResult[]> }).runParity(
          given,
        ),
      cases,
    );
  });
}
