import { drivenBrowsers } from "@renorm/testing/driven/browsers";
import { useEveryControl } from "./drive/every_control.ts";
import { serveSite } from "./serve_site.ts";
import { buildSite } from "./site.ts";

Deno.test("every control is used by keyboard while the page trains, and the page goes on as it should", async () => {
  const server = serveSite(await buildSite(null), 0);
  const browser = await drivenBrowsers.chromium();
  try {
    await useEveryControl(browser, `http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await browser.close();
    await server.shutdown();
  }
});
