/** The training forward from TensorFlow.js' own operations, for every backend. */
import { type BatchMoments, batchMoments, meanLess } from "./batch_moments.ts";
import { whereCounting } from "./position_mask.ts";
import type { Tensor, TensorFlow, Variable } from "./tensor_flow.ts";
import { isSecondOrder, type TrainingStep } from "./training_step.ts";

/**
 * `y = γ·(z·r + d) + β` with the batch's z, then the update of the moving averages.
 *
 * One analytic gradient, with r and d as constants: `dx = γ·r/σ·(dy − S0/m − z·S1/m)`,
 * `dγ = r·S1 + d·S0`, `dβ = S0` (Ioffe 2017, section 3).
 */
export function stockTrainingStep(tf: TensorFlow, step: TrainingStep): Tensor {
  const { limits, mask, movingMean, movingVariance } = step;
  // From the averages before they move.
  const open = openCorrection(tf, step);
  const { near, rest, variance } = open;
  // Less than a batch is normalised by the averages, which is what no limits give.
  const within = (value: Tensor, open: Tensor) =>
    mask ? tf.where(tf.cast(mask.isBatch, "bool"), value, open) : value;
  const r = within(tf.clipByValue(open.r, 1 / limits.rmax, limits.rmax), open.r);
  const d = within(tf.clipByValue(open.d, -limits.dmax, limits.dmax), open.d);
  const operation = isSecondOrder(tf) ? recorded : corrected;
  const y = operation(tf, step, { ...open, r, d });
  if (step.updateStats) {
    const flat = (value: Tensor) => tf.reshape(value, [-1]);
    const values = { mean: flat(tf.add(near, rest)), variance: flat(variance) };
    const areFinite = tf.logicalAnd(tf.isFinite(values.mean), tf.isFinite(values.variance));
    const isFinite = mask ? tf.logicalAnd(areFinite, tf.cast(mask.isBatch, "bool")) : areFinite;
    moveAverage(tf, movingMean, values.mean, isFinite, step.momentum);
    moveAverage(tf, movingVariance, values.variance, isFinite, step.momentum);
  }
  return y;
}

interface Correction {
  /** x − mean. */
  readonly centred: Tensor;
  readonly std: Tensor;
  readonly r: Tensor;
  readonly d: Tensor;
  /** The axes that a channel's sums go over. */
  readonly axes: number[];
  /** The shape that spreads one value per channel over x. */
  readonly shape: number[];
}

/** The moments of a batch with r and d that no limit clips, from the averages as they are. */
export function openCorrection(
  tf: TensorFlow,
  { x, axis, mask, epsilon, movingMean, movingVariance }: TrainingStep,
): BatchMoments & Correction {
  const axes = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const shape = x.shape.map((length, i) => i === axis ? length : 1);
  const moments = batchMoments(tf, x, axes, mask);
  const std = tf.sqrt(tf.add(moments.variance, epsilon));
  const movingStd = tf.sqrt(tf.add(tf.reshape(movingVariance, shape), epsilon));
  const r = tf.div(std, movingStd);
  const d = tf.div(meanLess(tf, moments, tf.reshape(movingMean, shape)), movingStd);
  return { ...moments, std, r, d, axes, shape };
}

/** The output, and its gradient. */
function corrected(
  tf: TensorFlow,
  { x, axis, mask, gamma, beta }: TrainingStep,
  correction: Correction,
): Tensor {
  const { centred, std, r, d, axes, shape } = correction;
  const inputs = [x, ...gamma ? [gamma] : [], ...beta ? [beta] : []];
  const spread = (vector: Tensor) => tf.reshape(vector, shape);
  const perChannel = (values: Tensor) => tf.reshape(tf.sum(values, axes), [-1]);
  type Save = (tensors: Tensor[]) => void;

  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as Save;
    const z = tf.div(centred, std);
    const scaled = tf.add(tf.mul(z, r), d);
    const weighted = gamma ? tf.mul(scaled, spread(gamma)) : scaled;
    const factor = tf.div(gamma ? tf.mul(r, spread(gamma)) : r, std);
    // Saved rather than closed over: tensors of a tidy are gone when the gradient is taken.
    save([z, factor, r, d, ...mask ? [mask.counts, mask.m, mask.isBatch] : []]);
    return {
      value: beta ? tf.add(weighted, spread(beta)) : weighted,
      gradFunc: (whole: Tensor, saved: Tensor[]) => {
        const [allZ, factor, r, d, counts, m, isBatch] = saved;
        const counting = (values: Tensor) =>
          counts ? whereCounting(tf, { counts }, values) : values;
        const [dy, z] = [counting(whole), counting(allZ)];
        const sum = tf.sum(dy, axes, true);
        const sumWithZ = tf.sum(tf.mul(dy, z), axes, true);
        const all = tf.add(sum, tf.mul(z, sumWithZ));
        const shared = counts
          ? tf.div(tf.mul(all, isBatch), m)
          : tf.div(all, dy.size / z.shape[axis]);
        return [
          counting(tf.mul(tf.sub(dy, shared), factor)),
          ...gamma ? [perChannel(tf.add(tf.mul(r, sumWithZ), tf.mul(d, sum)))] : [],
          ...beta ? [perChannel(sum)] : [],
        ];
      },
    };
  });
  return operation(...inputs);
}

/** The same output from operations that are each recorded, so that its gradient has one too. */
function recorded(
  tf: TensorFlow,
  { x, mask, gamma, beta }: TrainingStep,
  { centred, std, r, d, shape }: Correction,
): Tensor {
  // An operation of x whose gradient is 0: TensorFlow.js has no other way to cut a tape.
  const constant = (value: Tensor) =>
    tf.customGrad((_x) => ({ value: tf.clone(value), gradFunc: () => tf.zeros(x.shape) }))(x);
  const z = tf.div(centred, std);
  const scaled = tf.add(tf.mul(z, constant(r)), constant(d));
  const weighted = gamma ? tf.mul(scaled, tf.reshape(gamma, shape)) : scaled;
  const y = beta ? tf.add(weighted, tf.reshape(beta, shape)) : weighted;
  return mask ? tf.where(mask.counts, y, constant(y)) : y;
}

/**
 * `average = (1 − momentum)·average + momentum·value`, but for channels whose batch was not finite.
 *
 * Reckoned from the nearer end: momentum 1 gives the value itself, and one that equals the average
 * leaves it as it is.
 */
function moveAverage(
  tf: TensorFlow,
  average: Variable,
  value: Tensor,
  isFinite: Tensor,
  momentum: number,
): void {
  const [near, far, share] = momentum < 0.5
    ? [average, value, momentum]
    : [value, average, 1 - momentum];
  const moved = tf.add(near, tf.mul(tf.sub(far, near), share));
  average.assign(tf.where(isFinite, moved, average));
}
