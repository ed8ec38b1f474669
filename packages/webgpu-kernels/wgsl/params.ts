/**
 * The uniform that every kernel reads. `packParams` of `../params.ts` writes it in this order.
 *
 * A tensor is `[outer, channels, inner]`. A kernel sees one slab of it, which has a shape of that
 * kind too. Lengths along the contiguous side are in packs of 4 values or 1.
 */
export const paramsWgsl: string = /* wgsl */ `
struct Params {
  // The slab: its shape, the packs before it in its binding, the channels before it in the tensor.
  outer: u32,
  channels: u32,
  inner: u32,
  base: u32,
  first_channel: u32,
  // Reduction: pieces of each channel in the slab, their length, and the pieces before them.
  pieces: u32,
  piece_length: u32,
  first_piece: u32,
  // Elementwise: spans that a plane (or the run of all rows) is cut into, and their length.
  spans: u32,
  span_length: u32,
  // The whole tensor.
  total_channels: u32,
  total_pieces: u32,
  flags: u32,
  m: f32,
  eps: f32,
  // eps · 2^64, for where eps is below what float32 keeps on every device.
  scaled_eps: f32,
  momentum: f32,
  // 1 - momentum, rounded once.
  kept: f32,
  rmax: f32,
  dmax: f32,
  // m / (m - 1) where the unbiased variance is tracked, else 1.
  bessel: f32,
  // Always 0, which no compiler can know.
  zero: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

const UPDATE_STATS = 1u;
const PROPAGATE_NON_FINITE = 2u;
const FIXED_STATISTICS = 4u;
const HAS_RUNNING_STATS = 8u;
`;
