/**
 * A model of what PyTorch 1.13 computes in float32 on a CPU, for its error: the same operations in
 * the same order, each rounded. It is checked against the errors that the golden files record.
 */
import type { ChannelNorm, ChannelStep } from "./layer_in_numbers.ts";

const f = Math.fround;

/** torch.nn's batch norm, and the notebook's batch renorm with autograd. */
export function torchFloat32(isRenorm: boolean): ChannelNorm {
  return isRenorm
    ? { train: trainBatchRenorm, infer: inferBatchRenorm }
    : { train: trainBatchNorm, infer: inferBatchNorm };
}

/**
 * native_batch_norm: statistics one value after the other where a sample has one value of a
 * channel; where it has several, in double on a CPU. A GPU, in torch too, merges floats, and so
 * does the model for the running mean: no target has doubles. Then `y = x·alpha + beta`.
 */
function trainBatchNorm(step: ChannelStep): ReturnType<ChannelNorm["train"]> {
  const { x, inner, eps } = step;
  const m = x.length;
  const sumOf = inner > 1 ? sumInDouble : sumInTurn;
  const mean = f(sumOf(x) / m);
  const squares = f(sumOf(x.map((value) => f(f(value - mean) ** 2))));
  const invStd = f(1 / Math.sqrt(f(squares / m) + eps));
  const { dot, total } = sumsOfGradient(step, mean);
  const [dotShare, share] = [f(f(dot * invStd) * invStd / m), f(total / m)];
  const slope = f(invStd * step.weight);
  return {
    ...affine(step, mean, invStd),
    dx: step.dy.map((value, i) => f(f(f(value - share) - f(f(x[i] - mean) * dotShare)) * slope)),
    dWeight: f(dot * invStd),
    dBias: f(total),
    ...moved(step, f(pairwiseSum(x) / m), f(squares / (m - 1))),
    slope,
  };
}

function inferBatchNorm(step: ChannelStep): ReturnType<ChannelNorm["infer"]> {
  const { runningMean, runningVar } = step;
  const invStd = f(1 / Math.sqrt(f(runningVar) + step.eps));
  const { dot, total } = sumsOfGradient(step, runningMean);
  const slope = f(invStd * step.weight);
  return {
    ...affine(step, runningMean, invStd),
    dx: step.dy.map((value) => f(value * slope)),
    dWeight: f(dot * invStd),
    dBias: f(total),
    runningMean,
    runningVar,
    slope,
  };
}

function affine({ x, masked, weight, bias }: ChannelStep, mean: number, invStd: number) {
  const alpha = f(invStd * weight);
  const beta = f(bias - f(mean * alpha));
  const y = (value: number) => f(f(value * alpha) + beta);
  return { y: x.map(y), yMasked: masked.x.map(y) };
}

/** Σ dy·(x − mean) and Σ dy: eight lanes of float over each sample, the samples in double. */
function sumsOfGradient(
  { x, dy, inner }: ChannelStep,
  mean: number,
): { dot: number; total: number } {
  const products = dy.map((value, i) => f(f(x[i] - mean) * value));
  if (inner === 1) return { dot: sumInTurn(products), total: sumInTurn(dy) };
  const perSample = (values: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < values.length; i += inner) sum += sumInLanes(values.subarray(i, i + inner));
    return sum;
  };
  return { dot: perSample(products), total: perSample(dy) };
}

/** Batch renorm from operations on whole tensors, and the gradients that autograd makes of them. */
function trainBatchRenorm(step: ChannelStep): ReturnType<ChannelNorm["train"]> {
  const { x, eps, rmax, dmax, runningMean, runningVar, weight, bias } = step;
  const m = x.length;
  const mean = f(cascadeSum(x) / m);
  const exactMean = sumInDouble(x) / m;
  const variance = f(sumInDouble(x.map((value) => (value - exactMean) ** 2)) / m);
  const [std, runningStd] = [f(Math.sqrt(f(variance + eps))), f(Math.sqrt(f(runningVar + eps)))];
  const r = Math.min(Math.max(f(std / runningStd), f(1 / rmax)), f(rmax));
  const d = Math.min(Math.max(f(f(mean - runningMean) / runningStd), -dmax), dmax);
  const centred = x.map((value) => f(value - mean));
  const correct = (value: number) => f(f(f(value / std) * r) + f(d));
  const corrected = centred.map(correct);
  const y = (value: number) => f(f(value * weight) + bias);

  const dz = step.dy.map((value) => f(f(value * weight) * r));
  const dCentred = dz.map((value) => f(value / std));
  const dStd = cascadeSum(dz.map((value, i) => f(-value * f(f(centred[i] / std) / std))));
  const dVariance = f(f(dStd) / f(2 * std));
  const dMean = f(-cascadeSum(dCentred) / m);
  const slope = f(f(2 / m) * dVariance);
  return {
    y: corrected.map(y),
    yMasked: step.masked.x.map((value) => y(correct(f(value - mean)))),
    dx: dCentred.map((value, i) => f(f(value + dMean) + f(slope * centred[i]))),
    dWeight: cascadeSum(step.dy.map((value, i) => f(value * corrected[i]))),
    dBias: cascadeSum(step.dy),
    ...moved(step, mean, variance),
    slope: f(f(weight * r) / std),
  };
}

function inferBatchRenorm(step: ChannelStep): ReturnType<ChannelNorm["infer"]> {
  const { x, dy, masked, weight, bias, runningMean, runningVar } = step;
  const std = f(Math.sqrt(f(runningVar + step.eps)));
  const normalized = (value: number) => f(f(value - runningMean) / std);
  const y = (z: number) => f(f(z * weight) + bias);
  const z = x.map(normalized);
  return {
    y: z.map(y),
    yMasked: masked.x.map((value) => y(normalized(value))),
    dx: dy.map((value) => f(f(value * weight) / std)),
    dWeight: cascadeSum(dy.map((value, i) => f(value * z[i]))),
    dBias: cascadeSum(dy),
    runningMean,
    runningVar,
    slope: f(weight / std),
  };
}

function moved(
  { momentum, runningMean, runningVar }: ChannelStep,
  mean: number,
  variance: number,
): { runningMean: number; runningVar: number } {
  const move = (old: number, fresh: number) => f(f((1 - momentum) * old) + f(momentum * fresh));
  return { runningMean: move(runningMean, mean), runningVar: move(runningVar, variance) };
}

function sumInDouble(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function sumInTurn(values: Float64Array): number {
  return values.reduce((sum, value) => f(sum + value), 0);
}

function pairwiseSum(values: Float64Array): number {
  if (values.length <= 4) return sumInTurn(values);
  const middle = values.length >> 1;
  return f(pairwiseSum(values.subarray(0, middle)) + pairwiseSum(values.subarray(middle)));
}

/** Eight sums side by side, as a vector register has them; then one of the eight. */
function sumInLanes(values: Float64Array): number {
  const lanes = new Float64Array(8);
  values.forEach((value, i) => lanes[i % 8] = f(lanes[i % 8] + value));
  return sumInTurn(lanes);
}

/** at::native::cascade_sum: 32 lanes, each with levels that take over after 16 values. */
function cascadeSum(values: Float64Array): number {
  const lanes = new Float64Array(32);
  for (let lane = 0; lane < 32; lane++) {
    const levels = [0, 0, 0, 0];
    for (let i = lane, count = 1; i < values.length; i += 32, count++) {
      levels[0] = f(levels[0] + values[i]);
      for (let level = 1; level < 4 && count % 16 ** level === 0; level++) {
        levels[level] = f(levels[level] + levels[level - 1]);
        levels[level - 1] = 0;
      }
    }
    lanes[lane] = levels.reduce((sum, value) => f(sum + value), 0);
  }
  return sumInTurn(lanes);
}
