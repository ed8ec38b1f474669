/** The kernels as data: of which snippets each is made and what it binds. */
import { finishGradientsWgsl } from "./wgsl/finish_gradients.ts";
import { finishMomentsWgsl } from "./wgsl/finish_moments.ts";
import {
  planeMeanWgsl,
  readTableWgsl,
  rowMeanWgsl,
  writePartialsWgsl,
} from "./wgsl/table_and_partials.ts";
import { mergePartialsWgsl } from "./wgsl/merge_partials.ts";
import { mergedMomentsWgsl, mergedSumsWgsl } from "./wgsl/moments.ts";
import { gradientTermsWgsl, momentTermsWgsl } from "./wgsl/reduced_terms.ts";
import { reducePlanesWgsl } from "./wgsl/reduce_planes.ts";
import { partialPlanesWgsl } from "./wgsl/partial_planes.ts";
import { reduceRowsWgsl } from "./wgsl/reduce_rows.ts";
import { visitFlatWgsl, visitPlanesWgsl, visitRowsWgsl } from "./wgsl/visit.ts";
import { wholePlanesWgsl } from "./wgsl/whole_planes.ts";
import {
  inferenceCoefficientsWgsl,
  inputGradientCoefficientsWgsl,
  outputCoefficientsWgsl,
  readInputAndGradientWgsl,
  readInputWgsl,
  writeInputGradientWgsl,
  writeOutputWgsl,
} from "./wgsl/written_packs.ts";

/** Buffers of a layer that a kernel may bind in group 0, after the uniform at binding 0. */
export type StateName =
  | "partials"
  | "table"
  | "weight"
  | "bias"
  | "runningMean"
  | "runningVar"
  | "skippedUpdates"
  | "weightGrad"
  | "biasGrad";

/** Tensors that a kernel may bind in group 1. */
export type TensorName = "x" | "dy" | "out";

/** One storage binding. */
export interface Binding<Name extends string> {
  readonly name: Name;
  readonly binding: number;
  readonly access: "read-only-storage" | "storage";
}

/** How the threads of a kernel are counted: lanes of a workgroup, or columns times lanes. */
export type Threads = "lanes" | "rows" | "merge";

/** A kernel: its parts in order, its bindings, its threads. */
export interface Kernel {
  readonly parts: readonly string[];
  readonly state: readonly Binding<StateName>[];
  readonly tensors: readonly Binding<TensorName>[];
  readonly threads: Threads;
  /** How it merges over a workgroup: in a tree, or as sums, where subgroups may help. */
  readonly merges: "nothing" | "tree" | "sums";
}

function binding<Name extends string>(
  name: Name,
  index: number,
  access: Binding<Name>["access"],
): Binding<Name> {
  return { name, binding: index, access };
}

const readTable = binding("table", 2, "read-only-storage");
const writeTable = binding("table", 2, "storage");
const writePartials = binding("partials", 1, "storage");
const readPartials = binding("partials", 1, "read-only-storage");
const parameters = [
  binding("weight", 3, "read-only-storage"),
  binding("bias", 4, "read-only-storage"),
] as const;
const readRunning = [
  binding("runningMean", 5, "read-only-storage"),
  binding("runningVar", 6, "read-only-storage"),
] as const;
const writeRunning = [
  binding("runningMean", 5, "storage"),
  binding("runningVar", 6, "storage"),
  binding("skippedUpdates", 7, "storage"),
] as const;
const parameterGradients = [
  binding("weightGrad", 3, "storage"),
  binding("biasGrad", 4, "storage"),
] as const;
const x = binding("x", 0, "read-only-storage");
const dy = binding("dy", 1, "read-only-storage");
const out = binding("out", 2, "storage");

const visits = { planes: visitPlanesWgsl, flat: visitFlatWgsl, rows: visitRowsWgsl } as const;

function visitThreads(visit: keyof typeof visits): Threads {
  return visit === "rows" ? "rows" : "lanes";
}

function applyKernel(visit: keyof typeof visits): Kernel {
  return {
    parts: [readTableWgsl, readInputWgsl, writeOutputWgsl, outputCoefficientsWgsl, visits[visit]],
    state: [readTable],
    tensors: [x, out],
    threads: visitThreads(visit),
    merges: "nothing",
  };
}

function inputGradientKernel(visit: keyof typeof visits): Kernel {
  return {
    parts: [
      readTableWgsl,
      readInputAndGradientWgsl,
      writeInputGradientWgsl,
      inputGradientCoefficientsWgsl,
      visits[visit],
    ],
    state: [readTable],
    tensors: [x, dy, out],
    threads: visitThreads(visit),
    merges: "nothing",
  };
}

function inferenceKernel(visit: keyof typeof visits): Kernel {
  return {
    parts: [readInputWgsl, writeOutputWgsl, inferenceCoefficientsWgsl, visits[visit]],
    state: [writeTable, ...parameters, ...readRunning],
    tensors: [x, out],
    threads: visitThreads(visit),
    merges: "nothing",
  };
}

/** All kernels by name. */
export const kernels = {
  momentsPlanes: {
    parts: [writePartialsWgsl, momentTermsWgsl("planes"), reducePlanesWgsl, partialPlanesWgsl],
    state: [writePartials],
    tensors: [x],
    threads: "lanes",
    merges: "tree",
  },
  momentsRows: {
    parts: [writePartialsWgsl, momentTermsWgsl("rows"), reduceRowsWgsl],
    state: [writePartials],
    tensors: [x],
    threads: "rows",
    merges: "nothing",
  },
  mergeMoments: {
    parts: [mergedMomentsWgsl, finishMomentsWgsl, mergePartialsWgsl],
    state: [readPartials, writeTable, ...parameters, ...writeRunning],
    tensors: [],
    threads: "merge",
    merges: "tree",
  },
  forwardWholePlanes: {
    parts: [
      momentTermsWgsl("planes"),
      finishMomentsWgsl,
      writeOutputWgsl,
      wholePlanesWgsl,
    ],
    state: [writeTable, ...parameters, ...writeRunning],
    tensors: [x, out],
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
    state: [writePartials, readTable],
    tensors: [x, dy],
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
    state: [writePartials, readTable],
    tensors: [x, dy],
    threads: "rows",
    merges: "nothing",
  },
  mergeGradients: {
    parts: [mergedSumsWgsl, finishGradientsWgsl, mergePartialsWgsl],
    state: [readPartials, writeTable, ...parameterGradients],
    tensors: [],
    threads: "merge",
    merges: "tree",
  },
  backwardWholePlanes: {
    parts: [
      planeMeanWgsl,
      gradientTermsWgsl("planes"),
      finishGradientsWgsl,
      writeInputGradientWgsl,
      wholePlanesWgsl,
    ],
    state: [writeTable, ...parameterGradients],
    tensors: [x, dy, out],
    threads: "lanes",
    merges: "sums",
  },
  applyPlanes: applyKernel("planes"),
  applyFlat: applyKernel("flat"),
  applyRows: applyKernel("rows"),
  inputGradientPlanes: inputGradientKernel("planes"),
  inputGradientFlat: inputGradientKernel("flat"),
  inputGradientRows: inputGradientKernel("rows"),
  inferencePlanes: inferenceKernel("planes"),
  inferenceFlat: inferenceKernel("flat"),
  inferenceRows: inferenceKernel("rows"),
} as const satisfies Record<string, Kernel>;

/** The name of a kernel. */
export type KernelName = keyof typeof kernels;
