/** What `deno task release:check` does, step by step. */
import { type BundleSize, findOversized, measureBundles } from "./bundle_sizes.ts";
import { useInBrowser } from "./consumers/browser_consumer.ts";
import { makeDenoCache, useInDeno } from "./consumers/deno_consumer.ts";
import { useInNode } from "./consumers/node_consumer.ts";
import type { Runtime } from "./consumers/program.ts";
import { type PublicPackage, repository } from "./public_packages.ts";
import { publishDryRun, publishToJsr, publishToNpm } from "./publish.ts";
import type { Registry } from "./registry/with_registry.ts";
import type { Step } from "./step_runner.ts";
import { findVersionProblems, latestRelease } from "./version_problems.ts";

/** What the steps find out. */
export interface Findings {
  sizes: BundleSize[];
  /** Where each package's program trained: `places["core-math"].Node`. */
  readonly places: Record<string, Partial<Record<Runtime, readonly string[]>>>;
}

/** What the steps work with. */
export interface Setting {
  readonly tag: string | null;
  /** An empty folder outside of the workspace. */
  readonly folder: string;
  readonly registry: Registry;
  readonly findings: Findings;
}

/** The steps for these packages. */
export function releaseSteps(
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
    {
      name: "Node: tfjs-core and -layers",
      needs: ["npm publish"],
      async run() {
        const tfjs = packages.find(({ name }) => name === "tfjs")!;
        const variant = { program: "tfjs_core_and_layers", without: ["@tensorflow/tfjs"] };
        const project = await makeFolder("node/tfjs-core-and-layers");
        return (await useInNode(tfjs, project, registry, variant)).join(", ");
      },
    },
    ...use("browser", (name) => `Node: ${name}`, async (one) => {
      return await useInBrowser(one, `${folder}/node/${one.name}`);
    }),
  ];
}

function throwAll(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** Bytes as they are shown: `5.99 kB`, of 1000. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(2)} kB`;
}
