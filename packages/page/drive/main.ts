/** `deno task web:drive`: every control of the page, while it trains, in several browsers. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { drivenBrowsers as browsers } from "@renorm/testing/driven/browsers";
import { buildSite } from "../site.ts";
import { serveSite } from "../serve_site.ts";
import { useEveryControl } from "./every_control.ts";

const help = `Uses every control of the page while it trains, in real browsers, half a minute each.

Usage: deno task web:drive [BROWSER...]

  BROWSER  of chromium, firefox and webkit (default: all)
  --help   print this text, as -h does; --version prints the version

Chromium comes from npm; the others are Debian's:
apt-get install firefox-esr webkit2gtk-driver xvfb.

Exit status: 0 the page did as it should, 1 it did not or a browser did not start, 2 wrong usage.
`;

function readArguments(args: string[]): string[] {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  for (const name of positionals) {
    if (Object.hasOwn(browsers, name)) continue;
    throw new TypeError(`expects browsers of ${Object.keys(browsers).join(", ")}: got ${name}`);
  }
  return positionals.length > 0 ? positionals : Object.keys(browsers);
}

async function drive(names: string[]): Promise<number> {
  const server = serveSite(await buildSite(null), 0);
  let status = 0;
  for (const name of names) {
    try {
      const browser = await browsers[name]();
      try {
        const address = `http://127.0.0.1:${server.addr.port}/`;
        await useEveryControl(browser, address, (line) => console.log(`${name}: ${line}`));
      } finally {
        await browser.close();
      }
    } catch (error) {
      console.error(`${name}: ${(error as Error).message}`);
      status = 1;
    }
  }
  await server.shutdown();
  return status;
}

await runTask({ name: "web:drive", help, read: readArguments, run: drive });
