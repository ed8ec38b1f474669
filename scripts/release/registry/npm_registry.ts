/** A registry of npm's kind, in memory: takes what `npm publish` uploads and serves it to npm. */

/** The registry. */
export interface NpmRegistry {
  /** Answers npm; paths are below `/npm/`. */
  answer(request: Request): Promise<Response>;
}

/** What npm uploads: the package's page, with the tarball of the version beside it. */
interface Upload {
  readonly versions: Record<string, { readonly dist: { tarball: string } }>;
  readonly _attachments: Record<string, { readonly data: string }>;
}

/** Makes an empty registry. */
export function createNpmRegistry(): NpmRegistry {
  const uploads = new Map<string, Upload>();

  async function answer(request: Request): Promise<Response> {
    const { pathname, origin } = new URL(request.url);
    const path = decodeURIComponent(pathname.slice("/npm/".length));
    if (request.method === "PUT") {
      uploads.set(path, await request.json());
      return Response.json({ ok: true }, { status: 201 });
    }
    const page = uploads.get(path);
    if (page) return packagePage(page, `${origin}/npm/${path}/-/`);
    const [name, tarball] = path.split("/-/");
    const attachment = uploads.get(name)?._attachments[tarball];
    return attachment ? new Response(Uint8Array.fromBase64(attachment.data)) : notFound();
  }

  return { answer };
}

/** The page, its tarballs at our address. */
function packagePage({ _attachments, ...page }: Upload, folder: string): Response {
  const [tarball] = Object.keys(_attachments);
  for (const { dist } of Object.values(page.versions)) dist.tarball = folder + tarball;
  return Response.json(page, { headers: { "cache-control": "no-store" } });
}

function notFound(): Response {
  return Response.json({ error: "not here" }, { status: 404 });
}
