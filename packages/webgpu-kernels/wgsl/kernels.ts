/** The kernels as data: of which snippets each is made. */
import { finishGradientsWgsl } from "./finish_gradients.ts";
import { finishMomentsWgsl } from "./finish_moments.ts";
import { planeMeanWgsl, readTableWgsl, rowMeanWgsl, writePartialsWgsl } from "./buffers.ts";
import { mergePartialsWgsl } from "./merge_partials.ts";
import { mergedMomentsWgsl, mergedSumsWgsl } from "./moments.ts";
import { gradientTermsWgsl, momentTermsWgsl } from "./reduced_terms.ts";
import { reducePlanesWgsl } from "./reduce_planes.ts";
import { partialPlanesWgsl } from "./partial_planes.ts";
import { reduceRowsWgsl } from "./reduce_rows.ts";
import { visitFlatWgsl, visitPlanesWgsl, visitRowsWgsl } from "./elementwise.ts";
import { wholePlanesWgsl } from "./whole_planes.ts";
import {
  coefficientsWgsl,
  inferenceCoefficientsWgsl,
  readInputAndGradientWgsl,
  readInputWgsl,
  writeInputGradientWgsl,
  writeOutputWgsl,
} from "./normalize.ts";

/** How the threads of a kernel are counted: lanes of a workgroup, columns times lanes, or lanes of a merge. */
export type Threads = "lanes" | "rows" | "merge";

/** A kernel: its parts in order, from which its bindings follow, and its threads. */
export interface Kernel {
  readonly parts: readonly string[];
  readonly threads: Threads;
  /** How it merges over a workgroup: in a tree, or as sums, where subgroups may help. */
  readonly merges?: "tree" | "sums";
}

/** An elementwise kernel for each way to go over a tensor. */
function visitKernels<Name extends string>(
  name: Name,
  ...parts: string[]
): Record<`${Name}${"Planes" | "Flat" | "Rows"}`, Kernel> {
  return {
    [`${name}Planes`]: { parts: [...parts, visitPlanesWgsl], threads: "lanes" },
    [`${name}Flat`]: { parts: [...parts, visitFlatWgsl], threads: "lanes" },
    [`${name}Rows`]: { parts: [...parts, visitRowsWgsl], threads: "rows" },
  } as unknown as Record<`${Name}${"Planes" | "Flat" | "Rows"}`, Kernel>;
}

/** All kernels by name. */
export const kernels = {
  momentsPlanes: {
    parts: [writePartialsWgsl, momentTermsWgsl("planes"), reducePlanesWgsl, partialPlanesWgsl],
    threads: "lanes",
    merges: "tree",
  },
  momentsRows: {
    parts: [writePartialsWgsl, momentTermsWgsl("rows"), reduceRowsWgsl],
    threads: "rows",
  },
  mergeMoments: {
    parts: [mergedMomentsWgsl, finishMomentsWgsl, mergePartialsWgsl],
    threads: "merge",
    merges: "tree",
  },
  forwardWholePlanes: {
    parts: [
      momentTermsWgsl("planes"),
      finishMomentsWgsl,
      writeOutputWgsl,
      reducePlanesWgsl,
      wholePlanesWgsl,
    ],
    threads: "lanes",
    merges: "tree",
  },
  gradientsPlanes: {
    parts: [
      readTableWgsl,
      writePartialsWgsl,
      planeMeanWgsl,
      gradientTermsWgsl("planes"),
      reducePlanesWgsl,
      partialPlanesWgsl,
    ],
    threads: "lanes",
    merges: "sums",
  },
  gradientsRows: {
    parts: [
      readTableWgsl,
      writePartialsWgsl,
      rowMeanWgsl,
      gradientTermsWgsl("rows"),
      reduceRowsWgsl,
    ],
    threads: "rows",
  },
  mergeGradients: {
    parts: [mergedSumsWgsl, finishGradientsWgsl, mergePartialsWgsl],
    threads: "merge",
    merges: "tree",
  },
  backwardWholePlanes: {
    parts: [
      planeMeanWgsl,
      gradientTermsWgsl("planes"),
      finishGradientsWgsl,
      writeInputGradientWgsl,
      reducePlanesWgsl,
      wholePlanesWgsl,
    ],
    threads: "lanes",
    merges: "sums",
  },
  ...visitKernels("apply", readTableWgsl, readInputWgsl, writeOutputWgsl, coefficientsWgsl(1)),
  ...visitKernels(
    "inputGradient",
    readTableWgsl,
    readInputAndGradientWgsl,
    writeInputGradientWgsl,
    coefficientsWgsl(2),
  ),
  ...visitKernels("inference", readInputWgsl, writeOutputWgsl, inferenceCoefficientsWgsl),
} as const satisfies Record<string, Kernel>;

/** The name of a kernel. */
export type KernelName = keyof typeof kernels;
