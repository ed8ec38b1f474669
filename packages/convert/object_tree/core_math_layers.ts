import {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
  BatchRenormLayer,
  type BatchRenormOptions,
  NormalizationLayer,
  type RunningVariance,
} from "@renorm/core-math";
import type { NormLayer, RenormLimits, UnsupportedLayer } from "../norm_layer.ts";

const pairs = [
  [BatchNorm1d, BatchRenorm1d],
  [BatchNorm2d, BatchRenorm2d],
  [BatchNorm3d, BatchRenorm3d],
] as const;

/** What a converted layer cannot say of itself, kept so that converting back is exact. */
const origins = new WeakMap<NormalizationLayer, {
  readonly runningVariance: RunningVariance;
  readonly batchNormMomentum?: number | null;
}>();

/** Whether `node` is a layer of `@renorm/core-math`. */
export function isCoreMathLayer(node: object): node is NormalizationLayer {
  return node instanceof NormalizationLayer;
}

/** Reads a layer of `@renorm/core-math`. */
export function readCoreMathLayer(node: NormalizationLayer): NormLayer | UnsupportedLayer {
  const text = String(node);
  if (!pairs.some((pair) => pair.some((kind) => node.constructor === kind))) {
    return { text, unsupported: `${node.constructor.name} is a class of its own over ours` };
  }
  if (!node.trackRunningStats) {
    return { text, unsupported: "it tracks no running statistics to correct toward" };
  }
  const { numFeatures, eps, momentum, numBatchesTracked } = node;
  const { runningVariance: _before, ...origin } = origins.get(node) ?? {};
  const renorm = node instanceof BatchRenormLayer
    ? { limits: limitsOf(node.options), renormStep: node.renormStep, ...origin }
    : null;
  const kind = renorm ? "batch-renorm" : "batch-norm";
  return { kind, numFeatures, eps, momentum, numBatchesTracked, renorm, text };
}

/** A layer of the wanted kind over the same arrays as `node`, with its counters and its mode. */
export function createCoreMathLayer(
  node: NormalizationLayer,
  layer: NormLayer,
): NormalizationLayer {
  const { renorm } = layer;
  const classes = pairs.find((pair) => pair.some((kind) => node.constructor === kind))!;
  const { numFeatures, eps, affine, layout, onNonFinite, onSingleValue } = node;
  const common = { eps, affine, layout, onNonFinite, onSingleValue };
  let made: NormalizationLayer;
  if (renorm) {
    const momentum = layer.momentum!;
    const { limits, renormStep: _counted, ...origin } = renorm;
    made = new classes[1](numFeatures, { ...common, momentum, ...limits });
    origins.set(made, { runningVariance: node.runningVariance, ...origin });
  } else {
    const { runningVariance = "unbiased" } = origins.get(node) ?? {};
    made = new classes[0](numFeatures, { ...common, momentum: layer.momentum, runningVariance });
  }
  // The counters first, with statistics that are valid: those of the node may be what is inspected.
  made.loadStateDict({
    ...made.stateDict(),
    num_batches_tracked: node.numBatchesTracked,
    ...renorm && { renorm_step: renorm.renormStep },
  });
  // The arrays themselves, so that an optimizer that holds them goes on training this layer.
  const { weight, bias, weightGrad, biasGrad, runningMean, runningVar } = node;
  Object.assign(made, { weight, bias, weightGrad, biasGrad, runningMean, runningVar });
  const own = Object.entries(node).filter(([name]) => !Object.hasOwn(made, name));
  return Object.assign(made, Object.fromEntries(own)).train(node.training);
}

/** The limits that a layer was made with; null for a function, which is no data. */
function limitsOf(
  { rmax, dmax, warmupSteps, schedule }: BatchRenormOptions,
): RenormLimits | null {
  if (schedule) return { schedule };
  return rmax === undefined ? null : { rmax, dmax: dmax!, warmupSteps: warmupSteps! };
}
