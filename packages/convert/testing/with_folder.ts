import { join } from "node:path";

/** Gives a test the paths of names in a folder of its own, which is gone after it. */
export async function withFolder(
  test: (path: (...names: string[]) => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test((...names) => join(folder, ...names));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
