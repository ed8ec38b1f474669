/** The targets of the parity suite: where the golden files can be run. */
import type { GoldenFolder } from "../golden_folder.ts";
import { type ParityResult, runCases } from "../run_cases.ts";
import { createCpuLayer } from "./cpu_target.ts";

/** Files of a layer, those of them with masks, or trainings of a model. */
export type GoldenKind = "cases" | "masked" | "models";

/** A place where golden files run. */
export interface Target {
  /** What it takes from a folder. */
  readonly takes: readonly GoldenKind[];
  /** Runs them, layers in both layouts. */
  run(folder: GoldenFolder): AsyncIterable<ParityResult>;
}

/** The known targets by the names that `--targets` takes; what one needs is loaded when it runs. */
export const targets: Readonly<Record<string, Target>> = {
  cpu: {
    takes: ["cases", "masked"],
    run: ({ cases, masked }) => runCases([...cases, ...masked], "cpu", createCpuLayer, 1),
  },
  wasm: {
    takes: ["cases", "masked"],
    async *run({ cases, masked }) {
      yield* (await import("./wasm_target.ts")).wasmTarget([...cases, ...masked]);
    },
  },
  deno: {
    takes: ["cases"],
    async *run({ cases }) {
      yield* (await import("./deno_target.ts")).denoTarget(cases);
    },
  },
  browser: {
    takes: ["cases"],
    async *run({ cases }) {
      yield* (await import("./browser_target.ts")).browserTarget(cases);
    },
  },
  node: {
    takes: ["cases"],
    async *run({ cases }) {
      yield* (await import("./node_target.ts")).nodeTarget(cases);
    },
  },
  jax: {
    takes: ["cases", "masked", "models"],
    async *run(folder) {
      yield* (await import("./jax_target.ts")).jaxTarget(folder);
    },
  },
  tfjs: {
    takes: ["models"],
    async *run({ models }) {
      yield* (await import("../trained_model/tfjs_target.ts")).tfjsTarget(models);
    },
  },
};
