/** An empty page of a real headless Chromium, with WebGPU and WebGL on SwiftShader. */
import { chromium, type Page } from "playwright-core";
import { unpackChromium } from "../../scripts/gpu/swiftshader.ts";

const flags = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** Opens the page, gives it to `use`, and closes browser and server whatever happens. */
export async function withBrowserPage<Result>(
  use: (page: Page) => Promise<Result>,
): Promise<Result> {
  const folder = await unpackChromium();
  // WebGPU is there for secure origins alone, and the loopback address is one.
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () =>
      new Response("<!doctype html><title>parity</title>", {
        headers: { "content-type": "text/html" },
      }),
  );
  const browser = await chromium.launch({
    executablePath: `${folder}/chromium`,
    args: flags,
    env: { LD_LIBRARY_PATH: `${folder}/al2023/lib:${folder}`, HOME: folder },
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    return await use(page);
  } finally {
    await browser.close();
    await server.shutdown();
  }
}
