/** The uniform that every kernel reads. One table makes its struct, its flags and what packs it. */

/**
 * What a kernel is told of its slab and of the whole tensor.
 *
 * A tensor is `[outer, channels, inner]`. A kernel sees one slab of it, which has a shape of that
 * kind too. Lengths along the contiguous side are in packs of 4 values or 1.
 */
const geometryFields = {
  outer: "u32",
  channels: "u32",
  inner: "u32",
  /** Packs before the slab in its binding. */
  base: "u32",
  /** Channels before it in the tensor. */
  firstChannel: "u32",
  /** Reduction: pieces of each channel in the slab, their length, and the pieces before them. */
  pieces: "u32",
  pieceLength: "u32",
  firstPiece: "u32",
  /** Elementwise: spans that a plane (or the run of all rows) is cut into, and their length. */
  spans: "u32",
  spanLength: "u32",
  totalChannels: "u32",
  totalPieces: "u32",
  m: "f32",
} as const;

/** What it is told of the step. */
const stepFields = {
  /** Bits of {@linkcode stepFlags}. */
  flags: "u32",
  eps: "f32",
  momentum: "f32",
  rmax: "f32",
  dmax: "f32",
  /** `m / (m − 1)` where the unbiased variance is tracked, else 1. */
  bessel: "f32",
} as const;

/** What follows from these. */
const derivedFields = {
  /** eps · 2^64, for where eps is below what float32 keeps on every device. */
  scaledEps: "f32",
  /** 1 − momentum, rounded once. */
  kept: "f32",
  /** Always 0, which no compiler can know. */
  zero: "u32",
} as const;

const fields = { ...geometryFields, ...stepFields, ...derivedFields };

/** The part of the uniform that a plan gives. */
export type Geometry = { readonly [name in keyof typeof geometryFields]: number };

/** The part that a step gives; what its kernels do not read may be absent. */
export type StepNumbers = { readonly [name in keyof typeof stepFields]?: number };

/** Bits of `flags`. */
export const stepFlags = {
  updateStats: 1,
  propagateNonFinite: 2,
  fixedStatistics: 4,
  hasRunningStats: 8,
} as const;

/** Bytes of the uniform. */
export const paramsSize: number = 4 * Object.keys(fields).length;

/** The uniform in WGSL, where names are in snake case. */
export const paramsWgsl: string = /* wgsl */ `
struct Params {
${Object.entries(fields).map(([name, type]) => `  ${snakeCase(name)}: ${type},\n`).join("")}}

@group(0) @binding(0) var<uniform> params: Params;

${
  Object.entries(stepFlags).map(([name, bit]) =>
    `const ${snakeCase(name).toUpperCase()} = ${bit}u;\n`
  ).join("")
}`;

/** A float32 near the largest: shaders may be compiled as if infinity did not exist. */
const openLimit = 3e38;

/** A smaller eps counts as 2^-190, about 6e-58: its root must stay a float32 on every device. */
const leastScaledEps = 2 ** -126;

/** Writes the uniform as 32-bit words. */
export function packParams(geometry: Geometry, step: StepNumbers): Uint32Array<ArrayBuffer> {
  const { eps = 0, momentum = 0, rmax = 0, dmax = 0 } = step;
  const values: { readonly [name in keyof typeof fields]?: number } = {
    ...geometry,
    ...step,
    rmax: Math.min(rmax, openLimit),
    dmax: Math.min(dmax, openLimit),
    scaledEps: Math.max(eps * 2 ** 64, leastScaledEps),
    kept: 1 - momentum,
  };
  const words = new Uint32Array(paramsSize / 4);
  const floats = new Float32Array(words.buffer);
  Object.entries(fields).forEach(([name, type], i) => {
    (type === "f32" ? floats : words)[i] = values[name as keyof typeof fields] ?? 0;
  });
  return words;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
