import { extname } from "node:path";
import type { Site } from "./site.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".gz": "application/gzip",
};

/**
 * The policy of the worker, which that of the page does not reach: it asks its own host, for the
 * digits, and compiles its loops.
 */
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** Serves a site on the loopback address, below a path if one is given; 0 takes any free port. */
export function serveSite(
  site: Site,
  port: number,
  below = "/",
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    const path = pathname.startsWith(below) ? pathname.slice(below.length) || "index.html" : "";
    const content = site.get(path);
    if (content === undefined) return new Response("Not found\n", { status: 404 });
    const headers = {
      "content-type": types[extname(path)],
      "cache-control": "no-cache",
      ...path === "worker.js" ? { "content-security-policy": workerPolicy } : {},
    };
    return new Response(content as Uint8Array<ArrayBuffer>, { headers });
  });
}
