/** `deno task release:check`: everything that a release needs to hold, short of releasing. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";

const help = `Checks everything that a release needs, and releases nothing.

Usage: deno task release:check [--tag TAG]

  --tag TAG  the release's tag, v1.2.3: must be the version, and the changelog must have a date
  --help     print this text, as -h does; --version prints the version

One version in the changelog and all packages; what JSR would refuse; sizes within their limits.
Then programs outside of the workspace use each package as its users do: added by deno from a
registry on 127.0.0.1, installed by npm, bundled for a browser; type-checked, and trained on the
CPU and on a GPU driver. Takes three to five minutes and needs Node, npm and its registry.

Exit status: 0 all holds, 1 something does not, 2 wrong usage.
`;

function readArguments(args: string[]): string | undefined {
  return parseArgs({ args, options: { tag: { type: "string" } } }).values.tag;
}

async function check(tag: string | undefined): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "renorm-release-" });
  // An interrupt ends the tests; what they wrote is removed all the same.
  Deno.addSignalListener("SIGINT", () => {});
  try {
    const checks = fileURLToPath(new URL("./release_checks.ts", import.meta.url));
    const args = ["test", "--allow-all", "--no-prompt", checks, "--", folder];
    const command = new Deno.Command(Deno.execPath(), {
      args: tag === undefined ? args : [...args, tag],
      stdin: "null",
    });
    const { success } = await command.spawn().status;
    console.log(success ? "ready to be released" : "not ready to be released");
    return success ? 0 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

await runTask({ name: "release:check", help, read: readArguments, run: check });
