/** A tensor `[n, c, ...spatial]` taken apart into its channels. */

/** The places of each channel's values, sample after sample. */
export function placesOfChannels(shape: readonly number[]): Uint32Array[] {
  const [n, channels, ...spatial] = shape;
  const inner = spatial.reduce((product, length) => product * length, 1);
  return Array.from({ length: channels }, (_, c) =>
    Uint32Array.from(
      { length: n * inner },
      (_, i) => (Math.floor(i / inner) * channels + c) * inner + i % inner,
    ));
}

/** Values per channel, and how many of them stand in one sample. */
export function countsOf([n, , ...spatial]: readonly number[]): { m: number; inner: number } {
  const inner = spatial.reduce((product, length) => product * length, 1);
  return { m: n * inner, inner };
}
