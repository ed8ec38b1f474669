/**
 * What a reduction sums: two terms of each pack, around one centre for a whole piece. Each of the
 * two says around what a piece is summed, which terms a pack adds, and what partial comes of the
 * sums.
 */
import type { LaneKind } from "./lane_sums.ts";

/** Moments: `Σ(x − centre)` and `Σ(x − centre)²`, in a scale. */
export const momentTermsWgsl: string = /* wgsl */ `
fn first_term(i: u32, around: Around) -> Pack {
  return fma(Pack(x[i]), Pack(around.scale), Pack(around.scaled));
}

fn add_second_term(second: Pack, _i: u32, first: Pack, _around: Around) -> Pack {
  return fma(first, first, second);
}

fn partial_of(sums: Sums, around: Around, i: u32, packs: u32) -> Partial {
  let count = f32(packs * VALUES);
  let scale = value_of(around.scale, i);
  let shift = sums.first / count;
  let shift_rest = (difference(sums.first, 1.0, shift, count) + sums.first_rest) / count;
  let squares = sums.second - sums.first * shift;
  let mean = two_sum(value_of(around.centre, i), shift * inverse(scale));
  let mean_rest = mean.rest + shift_rest * inverse(scale);
  let found = select(scale, scale_for_square(squares), scale == NONE_FOUND);
  let rescale = found * inverse(scale);
  return Partial(count, found, mean.sum, mean_rest, squares * rescale * rescale, 0.0);
}
`;

/** The mean of a channel as a pack, for the gradient sums: one per plane, WIDTH in a row. */
const meanOf = {
  planes: /* wgsl */ `
fn mean_of(channel: u32) -> Pack { return Pack(table[channel].x); }
`,
  rows: /* wgsl */ `
fn mean_of(channel: u32) -> Pack {
  var rows: array<vec4<f32>, WIDTH>;
  for (var i = 0u; i < WIDTH; i++) { rows[i] = table[channel + i]; }
  return gather(rows, 0u);
}
`,
} as const;

/** Gradients: `Σdy` and `Σdy·(x − mean)`. */
export function gradientTermsWgsl(kind: LaneKind): string {
  return meanOf[kind] + /* wgsl */ `
struct Around { mean: Pack }

fn around_piece(_start: u32, _length: u32, _place: u32, channel: u32) -> Around {
  return Around(mean_of(channel));
}

fn first_term(i: u32, _around: Around) -> Pack { return Pack(dy[i]); }

fn add_second_term(second: Pack, i: u32, first: Pack, around: Around) -> Pack {
  return fma(first, Pack(x[i]) - around.mean, second);
}

fn partial_of(sums: Sums, _around: Around, _i: u32, _packs: u32) -> Partial { return sums; }
`;
}
