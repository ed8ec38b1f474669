/** The Chromium of the tests, over Playwright. */
import { launchChromium } from "../browser.ts";
import type { DrivenBrowser } from "./driven_browser.ts";

/** Starts Chromium without a window and without WebGPU. */
export async function openChromium(): Promise<DrivenBrowser> {
  const browser = await launchChromium({ hasWebGpu: false });
  const page = await browser.newPage();
  return {
    go: async (address) => void await page.goto(address),
    evaluate: (expression) => page.evaluate(expression),
    press: (key) => page.keyboard.press(key),
    close: () => browser.close(),
  };
}
