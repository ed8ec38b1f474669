/** `deno task release:pack`: the npm tarballs of the public packages. */
import { parseArgs } from "node:util";
import { dependenciesFirst, type NpmTarball, packForNpm } from "./npm_tarballs.ts";
import { publicPackages } from "./public_packages.ts";

const help =
  `Writes the npm tarballs of the public packages, and prints their paths: each after those that
it depends on.

Usage: deno task release:pack --out DIR [--repository URL]

  --out DIR         folder for the tarballs; made if it is not there
  --repository URL  address of the source, which npm wants beside a provenance
  --help            print this text

Exit status: 0 all written, 1 one could not be packed, 2 wrong usage.
`;

async function main(args: string[]): Promise<number> {
  let out: string | undefined;
  let repository: string | undefined;
  try {
    const { values } = parseArgs({
      args,
      options: {
        out: { type: "string" },
        repository: { type: "string" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(help.trimEnd());
      return 0;
    }
    ({ out, repository } = values);
    if (!out) throw new TypeError("--out expects a folder: got none");
  } catch (error) {
    console.error(`release:pack: ${(error as Error).message}`);
    return 2;
  }
  try {
    await Deno.mkdir(out, { recursive: true });
    const tarballs: NpmTarball[] = [];
    for (const one of await publicPackages()) {
      tarballs.push(await packForNpm(one, await Deno.realPath(out), { repository }));
    }
    for (const { path } of dependenciesFirst(tarballs)) console.log(path);
    return 0;
  } catch (error) {
    console.error(`release:pack: ${(error as Error).message}`);
    return 1;
  }
}

Deno.exit(await main(Deno.args));
