/** `deno task release:pack`: the npm tarballs of the public packages. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { dependenciesFirst, type NpmTarball, packForNpm } from "./npm_tarballs.ts";
import { repositoryAddress } from "./package_description.ts";
import { type PublicPackage, publicPackages } from "./public_packages.ts";

const help =
  `Writes the npm tarballs of the public packages, and prints their paths: each after those that
it depends on.

Usage: deno task release:pack --out DIR [--repository URL] [PACKAGE ...]

  PACKAGE           name of one to pack, as core-math (default: all)
  --out DIR         folder for the tarballs; made if it is not there
  --repository URL  address of the source, which npm wants beside a provenance, and to which the
                    readmes link (default: ${repositoryAddress})
  --help            print this text, as -h does; --version prints the version

Exit status: 0 all written, 1 one could not be packed, 2 wrong usage.
`;

interface Arguments {
  readonly out: string;
  readonly repository: string | undefined;
  readonly packages: readonly PublicPackage[];
}

async function readArguments(args: string[]): Promise<Arguments> {
  const options = { out: { type: "string" }, repository: { type: "string" } } as const;
  const { values, positionals: names } = parseArgs({ args, options, allowPositionals: true });
  const { out, repository } = values;
  if (!out) throw new TypeError("--out expects a folder: got none");
  const all = await publicPackages();
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(", ");
    throw new TypeError(`PACKAGE expects names among ${known}: got ${JSON.stringify(unknown)}`);
  }
  const packages = all.filter(({ name }) => names.length === 0 || names.includes(name));
  return { out, repository, packages };
}

async function pack({ out, repository, packages }: Arguments): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const tarballs: NpmTarball[] = [];
  for (const one of packages) {
    tarballs.push(await packForNpm(one, await Deno.realPath(out), { repository }));
  }
  for (const { path } of dependenciesFirst(tarballs)) console.log(path);
}

await runTask({ name: "release:pack", help, read: readArguments, run: pack });
