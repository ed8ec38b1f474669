/**
 * The uniform that every kernel reads: `Params` of `../params.ts`, which packs it in this order, and
 *
 * - `scaled_eps`: eps · 2^64, for where eps is below what float32 keeps on every device
 * - `kept`: 1 − momentum, rounded once
 * - `zero`: always 0, which no compiler can know
 */
export const paramsWgsl: string = /* wgsl */ `
struct Params {
  outer: u32,
  channels: u32,
  inner: u32,
  base: u32,
  first_channel: u32,
  pieces: u32,
  piece_length: u32,
  first_piece: u32,
  spans: u32,
  span_length: u32,
  total_channels: u32,
  total_pieces: u32,
  flags: u32,
  m: f32,
  eps: f32,
  scaled_eps: f32,
  momentum: f32,
  kept: f32,
  rmax: f32,
  dmax: f32,
  bessel: f32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

const UPDATE_STATS = 1u;
const PROPAGATE_NON_FINITE = 2u;
const FIXED_STATISTICS = 4u;
const HAS_RUNNING_STATS = 8u;
`;
