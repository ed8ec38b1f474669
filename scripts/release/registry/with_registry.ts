import { createJsrRegistry, type JsrRegistry } from "./jsr_registry.ts";
import { createNpmRegistry } from "./npm_registry.ts";

/** Both registries, served on this machine. */
export interface Registry {
  /** For `JSR_URL`. */
  readonly jsrUrl: string;
  /** For npm's `registry`. */
  readonly npmUrl: string;
  /** What was published to the one for JSR. */
  readonly jsr: JsrRegistry;
}

/** Serves empty registries on 127.0.0.1, gives them to `use`, and closes them whatever happens. */
export async function withRegistry<Result>(
  use: (registry: Registry) => Promise<Result>,
): Promise<Result> {
  const jsr = createJsrRegistry();
  const npm = createNpmRegistry();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) =>
      new URL(request.url).pathname.startsWith("/npm/") ? npm.answer(request) : jsr.answer(request),
  );
  try {
    const origin = `http://127.0.0.1:${server.addr.port}`;
    return await use({ jsrUrl: `${origin}/`, npmUrl: `${origin}/npm/`, jsr });
  } finally {
    await server.shutdown();
  }
}
