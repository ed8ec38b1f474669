/** The kernels as data: of which snippets each is made. `docs/kernels.md` has a table of them. */
import type { StorageType } from "../tensors/gpu_tensor.ts";
import { finishGradientsWgsl, writeInputGradientWgsl } from "./backward.ts";
import {
  readGradientWgsl,
  readInputWgsl,
  readParametersWgsl,
  readTableWgsl,
  writePartialsWgsl,
  writeTableWgsl,
} from "./buffer_declarations.ts";
import { centreWgsl } from "./centre.ts";
import { deviationWgsl } from "./standard_deviation.ts";
import {
  coefficientsWgsl,
  elementwiseFlatWgsl,
  elementwisePlanesWgsl,
  elementwiseRowsWgsl,
} from "./elementwise.ts";
import { finishMomentsWgsl, writeOutputWgsl } from "./forward.ts";
import { inferenceCoefficientsWgsl } from "./inference.ts";
import { type LaneKind, lanesWgsl } from "./lane_sums.ts";
import { mergePartialsWgsl } from "./merge_partials.ts";
import { exactWgsl, mergedMomentsWgsl, momentsWgsl, partialSumsWgsl, sumsWgsl } from "./moments.ts";
import { paramsWgsl } from "./params.ts";
import { type PackWidth, preludeWgsl } from "./prelude.ts";
import { partialPlanesWgsl, reducePlanesWgsl } from "./reduce_planes.ts";
import { reduceRowsWgsl } from "./reduce_rows.ts";
import { gradientTermsWgsl, momentTermsWgsl } from "./reduced_terms.ts";
import { wholePlanesWgsl } from "./whole_planes.ts";
import { updateRunningStatsWgsl } from "./update_running_stats.ts";
import { subgroupMergeWgsl, treeMergeWgsl } from "./workgroup_merge.ts";

/**
 * How the threads of a kernel are counted: lanes of a workgroup, columns times lanes, or lanes of a
 * merge.
 */
export type Threads = "lanes" | "rows" | "merge";

/** A kernel: its snippets, from which its bindings follow, and its threads. */
export interface Kernel {
  readonly snippets: readonly string[];
  readonly threads: Threads;
  /** How it merges over a workgroup: in a tree, or as sums, where subgroups may help. */
  readonly merges?: "tree" | "sums";
}

function moments(kind: LaneKind): string[] {
  return [
    readInputWgsl,
    exactWgsl,
    sumsWgsl,
    lanesWgsl[kind],
    momentsWgsl,
    centreWgsl(kind),
    momentTermsWgsl,
  ];
}

function gradients(kind: LaneKind): string[] {
  return [
    readInputWgsl,
    readGradientWgsl,
    exactWgsl,
    sumsWgsl,
    lanesWgsl[kind],
    partialSumsWgsl,
    gradientTermsWgsl(kind),
  ];
}

const finishMoments = [
  writeTableWgsl,
  readParametersWgsl,
  deviationWgsl,
  finishMomentsWgsl,
  updateRunningStatsWgsl,
];
const finishGradients = [writeTableWgsl, finishGradientsWgsl];

/** An elementwise kernel for each way to go over a tensor. */
function elementwise<Name extends string>(
  name: Name,
  ...snippets: string[]
): Record<`${Name}${"Planes" | "Flat" | "Rows"}`, Kernel> {
  return {
    [`${name}Planes`]: { snippets: [...snippets, elementwisePlanesWgsl], threads: "lanes" },
    [`${name}Flat`]: { snippets: [...snippets, elementwiseFlatWgsl], threads: "lanes" },
    [`${name}Rows`]: { snippets: [...snippets, elementwiseRowsWgsl], threads: "rows" },
  } as unknown as Record<`${Name}${"Planes" | "Flat" | "Rows"}`, Kernel>;
}

/** All kernels by name. */
export const kernels = {
  momentsPlanes: {
    snippets: [...moments("planes"), writePartialsWgsl, reducePlanesWgsl, partialPlanesWgsl],
    threads: "lanes",
    merges: "tree",
  },
  momentsRows: {
    snippets: [...moments("rows"), writePartialsWgsl, reduceRowsWgsl],
    threads: "rows",
  },
  mergeMoments: {
    snippets: [exactWgsl, momentsWgsl, mergedMomentsWgsl, ...finishMoments, mergePartialsWgsl],
    threads: "merge",
    merges: "tree",
  },
  forwardWholePlanes: {
    snippets: [
      ...moments("planes"),
      ...finishMoments,
      writeOutputWgsl,
      reducePlanesWgsl,
      wholePlanesWgsl,
    ],
    threads: "lanes",
    merges: "tree",
  },
  gradientsPlanes: {
    snippets: [
      ...gradients("planes"),
      readTableWgsl,
      writePartialsWgsl,
      reducePlanesWgsl,
      partialPlanesWgsl,
    ],
    threads: "lanes",
    merges: "sums",
  },
  gradientsRows: {
    snippets: [...gradients("rows"), readTableWgsl, writePartialsWgsl, reduceRowsWgsl],
    threads: "rows",
  },
  mergeGradients: {
    snippets: [exactWgsl, sumsWgsl, partialSumsWgsl, ...finishGradients, mergePartialsWgsl],
    threads: "merge",
    merges: "tree",
  },
  backwardWholePlanes: {
    snippets: [
      ...gradients("planes"),
      ...finishGradients,
      writeInputGradientWgsl,
      reducePlanesWgsl,
      wholePlanesWgsl,
    ],
    threads: "lanes",
    merges: "sums",
  },
  ...elementwise("normalize", readTableWgsl, readInputWgsl, writeOutputWgsl, coefficientsWgsl(1)),
  ...elementwise(
    "inputGradient",
    readTableWgsl,
    readInputWgsl,
    readGradientWgsl,
    writeInputGradientWgsl,
    coefficientsWgsl(2),
  ),
  ...elementwise(
    "inference",
    readInputWgsl,
    writeOutputWgsl,
    writeTableWgsl,
    readParametersWgsl,
    deviationWgsl,
    inferenceCoefficientsWgsl,
  ),
} as const satisfies Record<string, Kernel>;

/** The name of a kernel. */
export type KernelName = keyof typeof kernels;

/** The snippets of a kernel for one storage and pack width, in order. */
export function snippetsOf(
  name: KernelName,
  storage: StorageType,
  width: PackWidth,
  hasSubgroups: boolean,
): string[] {
  const { snippets, merges }: Kernel = kernels[name];
  const merge = merges === "sums" && hasSubgroups ? subgroupMergeWgsl : treeMergeWgsl;
  const enable = merge === subgroupMergeWgsl ? "enable subgroups;\n" : "";
  const merging = merges ? [merge] : [];
  return [enable + preludeWgsl(storage, width), paramsWgsl, ...merging, ...snippets];
}
