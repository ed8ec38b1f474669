/** Real browsers that are driven as a visitor would, by keyboard. */
import { openChromium } from "./chromium.ts";
import type { DrivenBrowser } from "./driven_browser.ts";
import { openFirefox } from "./firefox.ts";
import { openWebKit } from "./webkit.ts";

export type { DrivenBrowser };

/** How each browser is started. */
export const drivenBrowsers: Readonly<Record<string, () => Promise<DrivenBrowser>>> = {
  chromium: openChromium,
  firefox: openFirefox,
  webkit: openWebKit,
};
