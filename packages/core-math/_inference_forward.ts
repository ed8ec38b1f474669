import { readOut } from "./checks/tensors.ts";
import { normalizeByMoments, readParameters } from "./checks/parameters.ts";
import type { SavedForBackward } from "./math/forward.ts";
import type { Input } from "./channel_view.ts";
import type { AffineParameters } from "./normalize.ts";
import type { RunningStats } from "./renorm_correction.ts";
import type { FloatArray, Layout, Tensor } from "./tensor.ts";

/** Options of `batchNormInference`. */
export interface InferenceOptions<A extends FloatArray = Float32Array> {
  /** Added to the running variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor<A> | undefined;
}

/** What `batchNormInference` gives back. */
export interface InferenceResult<A extends FloatArray = Float32Array> {
  /** The normalised output, of the shape of x. */
  readonly y: Tensor<A>;
  /** What the backward needs. */
  readonly saved: SavedForBackward<A>;
}

/** The one way of inference, for batch norm and batch renorm. */
export function inferenceForward<A extends FloatArray>(
  owner: string,
  input: Input<A>,
  parameters: AffineParameters & RunningStats,
  { eps = 1e-5, layout = "channels-first", out }: InferenceOptions<A>,
): InferenceResult<A> {
  const { affine, running } = readParameters(owner, parameters, input.view.channels, true);
  const target = out && readOut(owner, out, input.x);
  const mean = Float64Array.from(running!.runningMean);
  const variance = Float64Array.from(running!.runningVar);
  const { y, saved } = normalizeByMoments(input, { mean, variance }, affine, {
    eps,
    layout,
    out: target,
  });
  return { y: out ?? y, saved };
}
