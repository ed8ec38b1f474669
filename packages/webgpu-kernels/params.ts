/** The uniform of the kernels, in the order of `wgsl/params.ts`. */

/** What a kernel is told of its slab, of the whole tensor and of this step. */
export interface Params {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
  readonly base: number;
  readonly firstChannel: number;
  readonly pieces: number;
  readonly pieceLength: number;
  readonly firstPiece: number;
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
  readonly bessel: number;
}

/** Bits of `flags`. */
export const paramFlags = {
  updateStats: 1,
  propagateNonFinite: 2,
  fixedStatistics: 4,
  hasRunningStats: 8,
} as const;

/** Bytes of the uniform. */
export const paramsSize = 88;

/** A float32 near the largest: shaders may be compiled as if infinity did not exist. */
const openLimit = 3e38;

/** A smaller eps counts as 2^-190, about 6e-58: its root must stay a float32 on every device. */
const leastScaledEps = 2 ** -126;

/** Writes the uniform as 32-bit words. */
export function packParams(params: Params): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(paramsSize / 4);
  words.set([
    params.outer,
    params.channels,
    params.inner,
    params.base,
    params.firstChannel,
    params.pieces,
    params.pieceLength,
    params.firstPiece,
    params.spans,
    params.spanLength,
    params.totalChannels,
    params.totalPieces,
    params.flags,
  ]);
  new Float32Array(words.buffer).set([
    params.m,
    params.eps,
    Math.max(params.eps * 2 ** 64, leastScaledEps),
    params.momentum,
    1 - params.momentum,
    Math.min(params.rmax, openLimit),
    Math.min(params.dmax, openLimit),
    params.bessel,
  ], 13);
  return words;
}
