/** `deno task release:check`: everything that a release needs to hold, short of releasing. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { table } from "@renorm/terminal/text_table";
import { publicPackages } from "./public_packages.ts";
import { withRegistry } from "./registry/with_registry.ts";
import { type Findings, kilobytes, releaseSteps } from "./release_steps.ts";
import { runSteps } from "./step_runner.ts";

const help = `Checks everything that a release needs, and releases nothing.

Usage: deno task release:check [--tag TAG]

  --tag TAG  the release's tag, v1.2.3: must be the version, and the changelog must have a date
  --help     print this text, as -h does; --version prints the version

One version in the changelog and all packages; what JSR would refuse; sizes within their limits.
Then the packages are published to registries on 127.0.0.1, and programs outside of the workspace
use each of them as a user does: added by deno, installed by npm, bundled for a browser;
type-checked, and trained on the CPU and on a GPU driver. Takes three to five minutes and needs
Node, npm and its registry.

Exit status: 0 all holds, 1 something does not, 2 wrong usage.
`;

function readArguments(args: string[]): string | null {
  return parseArgs({ args, options: { tag: { type: "string" } } }).values.tag ?? null;
}

async function check(tag: string | null): Promise<number> {
  const packages = await publicPackages();
  const findings: Findings = {
    sizes: [],
    places: Object.fromEntries(packages.map(({ name }) => [name, {}])),
  };
  const folder = await Deno.makeTempDir({ prefix: "renorm-release-" });
  const remove = () => Deno.removeSync(folder, { recursive: true });
  Deno.addSignalListener("SIGINT", () => {
    remove();
    Deno.exit(130);
  });
  try {
    const missed = await withRegistry((registry) => {
      const steps = releaseSteps(packages, { tag, folder, registry, findings });
      return runSteps(steps, {
        isTerminal: Deno.stdout.isTerminal(),
        write: (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
      });
    });
    console.log(`\n${summary(findings).join("\n")}\n`);
    console.log(missed.length === 0 ? "ready to be released" : `not ready: ${missed.join(", ")}`);
    return missed.length === 0 ? 0 : 1;
  } finally {
    remove();
  }
}

/** One line per package: its sizes, and where it was used. */
function summary({ sizes, places }: Findings): string[] {
  const runtimes = ["Deno", "Node", "browser"] as const;
  const rows = Object.entries(places).map(([name, used]) => {
    const { minified, gzipped, limit, withSiblings } = sizes.find((one) => one.name === name) ?? {};
    const shown = [minified, gzipped, limit, withSiblings]
      .map((bytes) => bytes ? kilobytes(bytes) : "");
    return [name, ...shown, ...runtimes.map((runtime) => used[runtime]?.join(", ") ?? "no")];
  });
  const sizeNames = ["minified", "gzipped", "limit", "with siblings"];
  return table(["package", ...sizeNames, ...runtimes], rows);
}

await runTask({ name: "release:check", help, read: readArguments, run: check });
