/** Publishes the packages into registries on this machine, with the tools of a real release. */
import { runCommand } from "@renorm/testing/run_command";
import { dependenciesFirst, type NpmTarball, packForNpm } from "./npm_tarballs.ts";
import { type PublicPackage, repository } from "./public_packages.ts";
import type { Registry } from "./registry/with_registry.ts";

/** Says what `deno publish` would do and has to complain of. */
export async function publishDryRun(): Promise<void> {
  const args = ["publish", "--quiet", "--dry-run", "--allow-dirty"];
  await runCommand(Deno.execPath(), args, { cwd: repository });
}

/**
 * Publishes by `deno publish`; gives the number of files.
 *
 * @throws {Error} When it fails, when a package lacks a readme or the license, or has a file of tests.
 */
export async function publishToJsr(
  packages: readonly PublicPackage[],
  { jsrUrl, jsr }: Registry,
): Promise<number> {
  // The token is nobody's: the registry here takes any.
  const args = ["publish", "--quiet", "--allow-dirty", "--no-provenance", "--token=none"];
  await runCommand(Deno.execPath(), args, { cwd: repository, env: { JSR_URL: jsrUrl } });
  let count = 0;
  for (const { name, version } of packages) {
    const files = [...jsr.published.get(`${name}@${version}`)?.keys() ?? []];
    const lacking = ["/README.md", "/LICENSE", "/deno.json"].find((path) => !files.includes(path));
    if (lacking) throw new Error(`${name}@${version} expects the file ${lacking}: got none`);
    const test = files.find((path) => /_(test|bench)\.ts$|\/testdata\//.test(path));
    if (test) throw new Error(`${name}@${version} expects no file of tests: got ${test}`);
    count += files.length;
  }
  return count;
}

/** Packs the packages and publishes them by `npm publish`; gives the bytes of the tarballs. */
export async function publishToNpm(
  packages: readonly PublicPackage[],
  folder: string,
  { npmUrl }: Registry,
): Promise<number> {
  const account = `${npmUrl.slice("http:".length)}:_authToken=none`;
  await Deno.writeTextFile(`${folder}/.npmrc`, `registry=${npmUrl}\n${account}\n`);
  await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true }');
  const tarballs: NpmTarball[] = [];
  for (const one of packages) tarballs.push(await packForNpm(one, folder));
  let bytes = 0;
  for (const { path } of dependenciesFirst(tarballs)) {
    bytes += (await Deno.stat(path)).size;
    await runCommand("npm", ["publish", path, "--access=public"], { cwd: folder });
  }
  return bytes;
}
