/** The uniform of the kernels, packed in the order of the struct in `wgsl/params.ts`. */
import { camelCase } from "../wgsl/bindings.ts";
import { paramsWgsl } from "../wgsl/params.ts";

/**
 * What a kernel is told of its slab, of the whole tensor and of this step.
 *
 * A tensor is `[outer, channels, inner]`. A kernel sees one slab of it, which has a shape of that
 * kind too. Lengths along the contiguous side are in packs of 4 values or 1.
 */
export interface Params {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
  /** Packs before the slab in its binding. */
  readonly base: number;
  /** Channels before it in the tensor. */
  readonly firstChannel: number;
  /** Reduction: pieces of each channel in the slab, their length, and the pieces before them. */
  readonly pieces: number;
  readonly pieceLength: number;
  readonly firstPiece: number;
  /** Elementwise: spans that a plane (or the run of all rows) is cut into, and their length. */
  readonly spans: number;
  readonly spanLength: number;
  readonly totalChannels: number;
  readonly totalPieces: number;
  readonly flags: number;
  readonly m: number;
  readonly eps: number;
  readonly momentum: number;
  readonly rmax: number;
  readonly dmax: number;
  /** `m / (m − 1)` where the unbiased variance is tracked, else 1. */
  readonly bessel: number;
}

/** Bits of `flags`. */
export const paramFlags = {
  updateStats: 1,
  propagateNonFinite: 2,
  fixedStatistics: 4,
  hasRunningStats: 8,
} as const;

/** A float32 near the largest: shaders may be compiled as if infinity did not exist. */
const openLimit = 3e38;

/** A smaller eps counts as 2^-190, about 6e-58: its root must stay a float32 on every device. */
const leastScaledEps = 2 ** -126;

const fields = [...paramsWgsl.matchAll(/(\w+): ([uf])32,/g)].map(([, name, type]) => ({
  name: camelCase(name),
  isFloat: type === "f",
}));

/** Bytes of the uniform. */
export const paramsSize: number = 4 * fields.length;

/** Writes the uniform as 32-bit words. */
export function packParams(params: Params): Uint32Array<ArrayBuffer> {
  const { eps, momentum, rmax, dmax } = params;
  const values: Record<string, number> = {
    ...params,
    scaledEps: Math.max(eps * 2 ** 64, leastScaledEps),
    kept: 1 - momentum,
    rmax: Math.min(rmax, openLimit),
    dmax: Math.min(dmax, openLimit),
    zero: 0,
  };
  const words = new Uint32Array(fields.length);
  const floats = new Float32Array(words.buffer);
  fields.forEach(({ name, isFloat }, i) => (isFloat ? floats : words)[i] = values[name]);
  return words;
}
