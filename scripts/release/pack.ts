/** `deno task release:pack`: the npm tarballs of the public packages. */
import { parseArgs } from "node:util";
import { runTask } from "../run_task.ts";
import { dependenciesFirst, type NpmTarball, packForNpm } from "./npm_tarballs.ts";
import { repositoryAddress } from "./package_description.ts";
import { publicPackages } from "./public_packages.ts";

const help =
  `Writes the npm tarballs of the public packages, and prints their paths: each after those that
it depends on.

Usage: deno task release:pack --out DIR [--repository URL]

  --out DIR         folder for the tarballs; made if it is not there
  --repository URL  address of the source, which npm wants beside a provenance, and to which the
                    readmes link (default: ${repositoryAddress})
  --help            print this text, as -h does; --version prints the version

Exit status: 0 all written, 1 one could not be packed, 2 wrong usage.
`;

interface Arguments {
  readonly out: string;
  readonly repository: string | undefined;
}

function readArguments(args: string[]): Arguments {
  const options = { out: { type: "string" }, repository: { type: "string" } } as const;
  const { out, repository } = parseArgs({ args, options }).values;
  if (!out) throw new TypeError("--out expects a folder: got none");
  return { out, repository };
}

async function pack({ out, repository }: Arguments): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const tarballs: NpmTarball[] = [];
  for (const one of await publicPackages()) {
    tarballs.push(await packForNpm(one, await Deno.realPath(out), { repository }));
  }
  for (const { path } of dependenciesFirst(tarballs)) console.log(path);
}

await runTask({ name: "release:pack", help, read: readArguments, run: pack });
