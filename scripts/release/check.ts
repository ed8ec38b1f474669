/** `deno task release:check`: everything that a release needs to hold, short of releasing. */
import { parseArgs } from "node:util";
import { table } from "../../packages/demo/text_table.ts";
import { type BundleSize, findOversized, measureBundles } from "./bundle_sizes.ts";
import { useInBrowser } from "./consumers/browser_consumer.ts";
import { makeDenoCache, useInDeno } from "./consumers/deno_consumer.ts";
import { useInNode } from "./consumers/node_consumer.ts";
import type { Runtime } from "./consumers/program.ts";
import { type PublicPackage, publicPackages, repository } from "./public_packages.ts";
import { publishDryRun, publishToJsr, publishToNpm } from "./publish.ts";
import { type Registry, withRegistry } from "./registry/with_registry.ts";
import { runSteps, type Step } from "./step_runner.ts";
import { findVersionProblems, latestRelease } from "./version_problems.ts";

const help = `Checks everything that a release needs, and releases nothing.

Usage: deno task release:check [--tag TAG]

  --tag TAG  the release's tag, v1.2.3: must be the version, and the changelog must have a date
  --help     print this text

One version in the changelog and all packages; what JSR would refuse; sizes within their limits. Then
the packages are published to registries on 127.0.0.1, and programs outside of the workspace use each
of them as a user does: added by deno, installed by npm, bundled for a browser; type-checked, and
trained on the CPU and on a GPU driver. Takes two to three minutes and needs Node, npm and its
registry.

Exit status: 0 all holds, 1 something does not, 2 wrong usage.
`;

/** What the steps find out. */
interface Findings {
  sizes: BundleSize[];
  /** Where each package's program trained: `places["core-math"].Node`. */
  readonly places: Record<string, Partial<Record<Runtime, readonly string[]>>>;
}

async function main(args: string[]): Promise<number> {
  let tag: string | null;
  try {
    const options = { tag: { type: "string" }, help: { type: "boolean" } } as const;
    const { values } = parseArgs({ args, options });
    if (values.help) {
      console.log(help.trimEnd());
      return 0;
    }
    tag = values.tag ?? null;
  } catch (error) {
    console.error(`release:check: ${(error as Error).message}`);
    return 2;
  }
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
      const steps = stepsOf(packages, { tag, folder, registry, findings });
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

interface Setting {
  readonly tag: string | null;
  /** An empty folder outside of the workspace. */
  readonly folder: string;
  readonly registry: Registry;
  readonly findings: Findings;
}

function stepsOf(
  packages: readonly PublicPackage[],
  { tag, folder, registry, findings }: Setting,
): Step[] {
  const use = (
    runtime: Runtime,
    needs: (name: string) => string,
    run: (one: PublicPackage) => Promise<string[]>,
  ): Step[] =>
    packages.map((one) => ({
      name: `${runtime}: ${one.name}`,
      needs: [needs(one.name)],
      async run() {
        const places = await run(one);
        findings.places[one.name][runtime] = places;
        return places.join(", ");
      },
    }));
  const makeFolder = async (path: string) => {
    await Deno.mkdir(`${folder}/${path}`, { recursive: true });
    return `${folder}/${path}`;
  };
  return [
    {
      name: "version",
      async run() {
        const changelog = await Deno.readTextFile(`${repository}/CHANGELOG.md`);
        const release = latestRelease(changelog);
        throwAll(findVersionProblems(release, packages, tag));
        return `${release.version}, ${release.date ?? "not yet published"}`;
      },
    },
    {
      name: "publish dry run",
      async run() {
        await publishDryRun();
        return `${packages.length} packages`;
      },
    },
    {
      name: "sizes",
      async run() {
        findings.sizes = await measureBundles(packages);
        throwAll(findOversized(findings.sizes));
        return "";
      },
    },
    {
      name: "deno publish",
      async run() {
        await makeDenoCache(await makeFolder("deno-cache"));
        return `${await publishToJsr(packages, registry)} files, to a registry on this machine`;
      },
    },
    ...use("Deno", () => "deno publish", async (one) => {
      const project = await makeFolder(`deno/${one.name}`);
      return await useInDeno(one, project, registry, `${folder}/deno-cache`);
    }),
    {
      name: "npm publish",
      async run() {
        const bytes = await publishToNpm(packages, await makeFolder("tarballs"), registry);
        return `${kilobytes(bytes)} of tarballs, to a registry on this machine`;
      },
    },
    ...use("Node", () => "npm publish", async (one) => {
      return await useInNode(one, await makeFolder(`node/${one.name}`), registry);
    }),
    ...use("browser", (name) => `Node: ${name}`, async (one) => {
      return await useInBrowser(one, `${folder}/node/${one.name}`);
    }),
  ];
}

function throwAll(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** A line a package: its sizes, and where it was used. */
function summary({ sizes, places }: Findings): string[] {
  const head = ["package", "minified", "gzipped", "limit", "Deno", "Node", "browser"];
  const rows = Object.entries(places).map(([name, used]) => {
    const size = sizes.find((one) => one.name === name);
    const used_ = (["Deno", "Node", "browser"] as const).map((runtime) =>
      used[runtime]?.join(", ") ?? "no"
    );
    return [
      name,
      ...[size?.minified, size?.gzipped, size?.limit ?? undefined].map((bytes) =>
        bytes === undefined ? "" : kilobytes(bytes)
      ),
      ...used_,
    ];
  });
  return table(head, rows);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(2)} kB`;
}

Deno.exit(await main(Deno.args));
