/** The environment of a process whose cache folder is this one, but not Deno's own packages. */
export async function cacheEnvironment(cache: string): Promise<Record<string, string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  return { XDG_CACHE_HOME: cache, DENO_DIR: denoDir };
}
