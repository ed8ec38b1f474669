/** The norms of the networks: layers of this library. */
import { stepAfter } from "@renorm/schedule";
import { BatchNorm1d, BatchRenorm1d } from "@renorm/wasm-kernels";

/** A layer, or none. */
export type NormLayer = BatchNorm1d | BatchRenorm1d | null;

/** What stands before each dense layer. */
export type Norm = "batch renorm" | "batch norm" | "none";

/** The options of the norms. */
export interface NormSettings {
  readonly momentum: number;
  readonly eps: number;
  readonly rmax: number;
  readonly dmax: number;
  /** Training forwards of a layer after which its limits open, from batch norm to their widest. */
  readonly warmupSteps: number;
}

/** Makes a norm over so many features. */
export function makeNorm(norm: Norm, features: number, settings: NormSettings): NormLayer {
  const { momentum, eps, rmax, dmax, warmupSteps } = settings;
  if (norm === "none") return null;
  if (norm === "batch norm") return new BatchNorm1d(features, { momentum, eps });
  const schedule = stepAfter(warmupSteps, { rmax, dmax });
  return new BatchRenorm1d(features, { momentum, eps, schedule });
}
