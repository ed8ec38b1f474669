/**
 * A registry of JSR's kind, in memory: takes what `deno publish` uploads and serves it to Deno.
 *
 * An upload is the real one, with the imports rewritten by Deno itself, so that a user's import
 * gets the very files that it will get after a release.
 */
import { createHash } from "node:crypto";
import { type ParsedTarFileItem, parseTarGzip } from "nanotar";

/** The files of a published version by path, `/mod.ts`. */
export type PublishedFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The registry. */
export interface JsrRegistry {
  /** Answers Deno's publisher and Deno's importer. */
  answer(request: Request): Promise<Response>;
  /** The files of each version, by `core-math@0.1.0`. */
  readonly published: ReadonlyMap<string, PublishedFiles>;
}

/** Makes an empty registry. */
export function createJsrRegistry(): JsrRegistry {
  const published = new Map<string, PublishedFiles>();

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/")) return await answerPublisher(request, pathname);
    const [, scope, name, rest] = pathname.match(/^\/@([^/]+)\/([^/]+)\/(.+)$/) ?? [];
    if (rest === "meta.json") return packageMeta(scope, name);
    const [, metaOf] = rest?.match(/^([^/]+)_meta\.json$/) ?? [];
    if (metaOf) return versionMeta(published.get(`${name}@${metaOf}`));
    const [, version, path] = rest?.match(/^([^/]+)(\/.+)$/) ?? [];
    const file = published.get(`${name}@${version}`)?.get(path);
    return file ? new Response(file, { headers: { "content-type": typeOf(path) } }) : notFound();
  }

  async function answerPublisher(request: Request, pathname: string): Promise<Response> {
    const task = { id: "1", status: "success" };
    if (pathname.startsWith("/api/publish_status/")) return Response.json(task);
    const [, name, version] =
      pathname.match(/^\/api\/scopes\/[^/]+\/packages\/([^/]+)(?:\/versions\/([^/]+))?$/) ?? [];
    // Every package is known here, and no version before it was uploaded.
    if (!version) return name ? Response.json({ name }) : notFound();
    if (request.method !== "POST") return notFound();
    const files = await parseTarGzip(await request.arrayBuffer());
    published.set(
      `${name}@${version}`,
      new Map(files.map(({ name, data }) => [`/${name}`, bytes(data)])),
    );
    return Response.json(task);
  }

  function packageMeta(scope: string, name: string): Response {
    const versions = [...published.keys()].filter((key) => key.startsWith(`${name}@`))
      .map((key) => key.slice(name.length + 1));
    if (versions.length === 0) return notFound();
    return Response.json({
      scope,
      name,
      latest: versions.at(-1),
      versions: Object.fromEntries(versions.map((version) => [version, {}])),
    });
  }

  return { answer, published };
}

/** Serves an empty registry on 127.0.0.1, gives it to `use`, and closes it whatever happens. */
export async function withJsrRegistry(
  use: (registry: JsrRegistry, url: string) => Promise<void>,
): Promise<void> {
  const registry = createJsrRegistry();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(options, (request) => registry.answer(request));
  try {
    await use(registry, `http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

function versionMeta(files: PublishedFiles | undefined): Response {
  const config = files?.get("/deno.json");
  if (!files || !config) return notFound();
  const { exports } = JSON.parse(new TextDecoder().decode(config));
  const manifest = [...files].map(([path, file]) => {
    const checksum = `sha256-${createHash("sha256").update(file).digest("hex")}`;
    return [path, { size: file.length, checksum }];
  });
  return Response.json({
    manifest: Object.fromEntries(manifest),
    exports: typeof exports === "string" ? { ".": exports } : exports,
  });
}

function bytes(data: ParsedTarFileItem["data"]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(data ?? []);
}

function typeOf(path: string): string {
  return path.endsWith(".ts") ? "application/typescript" : "text/plain";
}

function notFound(): Response {
  return Response.json({ code: "notFound", message: "not here" }, { status: 404 });
}
