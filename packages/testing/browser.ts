/** A real headless Chromium, with WebGPU and WebGL on SwiftShader. */
import { type Browser, chromium, type Page } from "playwright-core";
import { unpackChromium } from "./gpu/swiftshader.ts";

/** Flags that give WebGPU in software; without them it has no adapter here. */
const webGpuFlags = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

const otherFlags = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

/** Starts the browser; the caller closes it. */
export async function launchChromium({ hasWebGpu = true } = {}): Promise<Browser> {
  const folder = await unpackChromium();
  return await chromium.launch({
    executablePath: `${folder}/chromium`,
    args: [...otherFlags, ...hasWebGpu ? webGpuFlags : []],
    env: { LD_LIBRARY_PATH: `${folder}/al2023/lib:${folder}`, HOME: folder },
  });
}

/** Options of {@linkcode withBrowserPage}. */
export interface PageOptions {
  /** Content-Security-Policy of the page (default: none). */
  readonly policy?: string | undefined;
}

/** Opens an empty page, gives it to `use`, and closes browser and server whatever happens. */
export async function withBrowserPage<Result>(
  use: (page: Page) => Promise<Result>,
  { policy }: PageOptions = {},
): Promise<Result> {
  const headers = {
    "content-type": "text/html",
    ...policy !== undefined && { "content-security-policy": policy },
  };
  // WebGPU is there for secure origins alone, and the loopback address is one.
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("<!doctype html><title>renorm</title>", { headers }),
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    return await use(page);
  } finally {
    await browser.close();
    await server.shutdown();
  }
}
