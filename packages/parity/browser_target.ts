/** The cases on Dawn in a real headless Chromium. */
import { chromium } from "playwright-core";
import { unpackChromium } from "../../scripts/gpu/swiftshader.ts";
import { bundle } from "./bundle.ts";
import type { GoldenCase } from "./golden_case.ts";
import type { ParityResult } from "./run_cases.ts";

/** Runs the cases in the browser, on SwiftShader. */
export async function* browserTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  const folder = await unpackChromium();
  const script = await bundle("./browser_entry.ts", false);
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
    args: ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    env: { LD_LIBRARY_PATH: `${folder}/al2023/lib:${folder}`, HOME: folder },
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    await page.addScriptTag({ content: script });
    const results = await page.evaluate<ParityResult[], readonly GoldenCase[]>(
      (given) =>
        (globalThis as unknown as { runParity(cases: unknown): Promise<ParityResult[]> }).runParity(
          given,
        ),
      cases,
    );
    yield* results;
  } finally {
    await browser.close();
    await server.shutdown();
  }
}
