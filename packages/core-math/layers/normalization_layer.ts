import { expects, show } from "@renorm/schedule/checks";
import { type BackwardOptions, readBackward } from "../checks/backward.ts";
import { readInference, readTraining } from "../checks/forward.ts";
import { checkOptions } from "../checks/options.ts";
import { checkVectors, kindOf, readTensor } from "../checks/tensors.ts";
import type { Input } from "../checks/view.ts";
import { viewOf } from "../math/channel_view.ts";
import {
  inferenceForward,
  type SavedForTrainingBackward,
  trainingForward,
} from "../math/forward.ts";
import { gradients } from "../math/gradients.ts";
import type { InnerLoops } from "../math/inner_loops.ts";
import { plainLoops } from "../math/plain_loops.ts";
import type { Mask, Tensor } from "../tensor.ts";
import { LayerCore } from "./layer_core.ts";
import { countTrainingForward, restoreCounters, stateOfCounters } from "./layer_counters.ts";
import type { LayerClass, LayerOptions } from "./layer_options.ts";
import { checkStateDict, type LoadableStateDict, type StateDict } from "./state_dict.ts";
import type { StepLimitsOptions } from "./step_limits.ts";

type VectorKey = "weight" | "bias" | "running_mean" | "running_var";

/** Options of one call of `forward`. */
export interface LayerForwardOptions {
  /** `false` moves neither the running statistics nor a counter. Default true. */
  updateStats?: boolean;
  /** Which positions count; the others are normalised too. Default: all of them. */
  mask?: Mask | undefined;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor | undefined;
}

/** What a concrete layer says of itself. */
export interface LayerKind extends LayerClass {
  /** Spatial dimensions it takes, by their letters: `["", "l"]` for ranks 2 and 3. */
  readonly spatial: readonly string[];
}

/**
 * What the batch norm and batch renorm layers have in common: parameters, running statistics,
 * checks and state. Use one of the six concrete classes.
 */
export abstract class NormalizationLayer<Options extends LayerOptions = LayerOptions>
  extends LayerCore<Options> {
  readonly #spatial: readonly string[];
  /** Scale γ a channel, from 1; an optimizer writes it in place. Null without affine. */
  readonly weight: Float32Array | null;
  /** Shift β a channel, from 0; an optimizer writes it in place. Null without affine. */
  readonly bias: Float32Array | null;
  /** Gradient to the weight of the last backward, overwritten in place. Null without affine. */
  readonly weightGrad: Float32Array | null;
  /** Gradient to the bias of the last backward, overwritten in place. Null without affine. */
  readonly biasGrad: Float32Array | null;
  /** Running mean per channel, from 0, updated in place. Null without tracking. */
  readonly runningMean: Float32Array | null;
  /** Running variance per channel, from 1, updated in place. Null without tracking. */
  readonly runningVar: Float32Array | null;
  #skippedUpdates = 0;
  #latest: SavedForTrainingBackward<Float32Array> | null = null;

  /** Checks the options and makes the parameters and running statistics. */
  constructor(kind: LayerKind, numFeatures: number, options: Options & StepLimitsOptions) {
    super(kind, numFeatures, options);
    this.#spatial = kind.spatial;
    const vector = (exists: boolean, value: number) =>
      exists ? new Float32Array(numFeatures).fill(value) : null;
    this.weight = vector(this.affine, 1);
    this.bias = vector(this.affine, 0);
    this.weightGrad = vector(this.affine, 0);
    this.biasGrad = vector(this.affine, 0);
    this.runningMean = vector(this.trackRunningStats, 0);
    this.runningVar = vector(this.trackRunningStats, 1);
  }

  /** The loops over the values of a tensor; a subclass may bring others. */
  protected get loops(): InnerLoops {
    return plainLoops;
  }

  /** How many updates of one channel were left out so far because its batch was not finite. */
  get skippedUpdates(): number {
    return this.#skippedUpdates;
  }

  /**
   * Normalises `x` and remembers what the backward needs.
   *
   * In training it uses the batch and moves the running statistics and counters; in eval it is the
   * fixed map of the running statistics and moves nothing. Without tracking both use the batch. An
   * empty batch gives an empty result and touches nothing.
   *
   * Under a mask only the positions that count make the statistics and, in the backward, have
   * gradients: dy is not read at the others, and dx is 0 there. y is written at all of them, as in
   * Keras. Where no position counts, y is by the running statistics and nothing moves.
   *
   * @param x Float32 tensor of the layer's rank, layout and channels. Kept by reference until the
   * next forward.
   * @param options `updateStats`, `mask` and `out`.
   * @returns `y`, of the shape of x.
   * @throws {TypeError} For another rank, channel count or array kind; the state stays as it was.
   * @throws {RangeError} For one value per channel where the batch is used, unless the layer was
   * made with `onSingleValue: "running"`, and for a non-finite channel under
   * `onNonFinite: "throw"`; the state stays as it was.
   */
  forward(x: Tensor, options: LayerForwardOptions = {}): Tensor {
    const { name } = this.kind;
    const names = ["updateStats", "mask", "out"];
    const { updateStats = true, mask, out } = checkOptions(name, options, names);
    const input = this.#readInput(x);
    const { eps, layout, runningVariance, onNonFinite, onSingleValue } = this;
    const { weight, bias, runningMean, runningVar } = this;
    const parameters = { weight, bias, runningMean, runningVar };
    if (!this.training && this.trackRunningStats) {
      const step = readInference(name, input, parameters, { eps, layout, mask, out });
      const { y, saved } = inferenceForward(step, this.loops);
      this.#latest = saved;
      return y;
    }
    const { momentum, limits } = this.nextStep;
    const fixed = { eps, momentum, layout, runningVariance, onNonFinite, onSingleValue };
    const settings = { ...fixed, updateStats, mask, out };
    const step = readTraining(name, input, parameters, settings, limits);
    const { y, saved, skippedUpdates } = trainingForward(step, this.loops);
    this.#latest = saved;
    this.#skippedUpdates += skippedUpdates;
    if (runningMean && updateStats && step.view.m > 1) countTrainingForward(this.counters);
    return y;
  }

  /**
   * Goes back through the last forward; overwrites `weightGrad` and `biasGrad`.
   *
   * @param dy Gradient of the loss to y, of its shape.
   * @param options `out` for dx: memory of its own or that of dy.
   * @returns `dx`, the gradient to x.
   * @throws {TypeError} Before any forward, or when dy has another shape than its y.
   */
  backward(dy: Tensor, options: BackwardOptions = {}): Tensor {
    const { name } = this.kind;
    if (!this.#latest) {
      throw new TypeError(expects(name, "forward before backward", "no forward yet"));
    }
    const { weightGrad, biasGrad } = this;
    checkVectors(name, { weightGrad, biasGrad }, this.numFeatures);
    const step = readBackward(name, dy, this.#latest, options);
    const { dx, dWeight, dBias } = gradients(step, this.loops);
    if (dWeight) weightGrad?.set(dWeight);
    if (dBias) biasGrad?.set(dBias);
    return dx;
  }

  /**
   * A copy of parameters, running statistics and counters under PyTorch's keys. The step of the
   * schedule is in it as `renorm_step` only where it differs from `num_batches_tracked`, so that an
   * ordinary layer keeps PyTorch's five keys.
   */
  stateDict(): StateDict {
    const copies = this.#vectors().map(([key, vector]) => [key, vector.slice()]);
    return {
      ...Object.fromEntries(copies),
      ...this.trackRunningStats && stateOfCounters(this.counters),
    };
  }

  /**
   * Copies a state in, in place, so that whoever holds `weight` or `runningMean` sees it.
   *
   * A checkpoint without `num_batches_tracked`, as PyTorch wrote them before 0.4.1, leaves the
   * counter as it is. One without `renorm_step` goes on in the schedule where `num_batches_tracked`
   * says, as the notebook does.
   *
   * @param state Arrays of one value per channel under PyTorch's keys.
   * @returns The layer.
   * @throws {TypeError} For a missing or unknown key or another length; nothing is loaded then.
   * @throws {RangeError} For a negative or non-finite variance, a non-finite mean or a count that
   * is not an integer of at least 0; nothing is loaded then.
   */
  loadStateDict(state: LoadableStateDict): this {
    const checked = checkStateDict(this.kind, state, this);
    const vectors = this.#vectors();
    for (const [key, vector] of vectors) vector.set(checked[key] ?? vector);
    restoreCounters(this.counters, checked);
    return this;
  }

  /** The parameters and running statistics that are there, by their keys. */
  #vectors(): [VectorKey, Float32Array][] {
    const { weight, bias, runningMean: running_mean, runningVar: running_var } = this;
    const vectors = { weight, bias, running_mean, running_var };
    // The caller may have handed their memory on.
    checkVectors(this.kind.name, vectors, this.numFeatures);
    const entries = Object.entries(vectors);
    return entries.filter(([, vector]) => vector) as [VectorKey, Float32Array][];
  }

  /** Reads x and checks its kind, rank and channels. */
  #readInput(given: Tensor): Input<Float32Array> {
    const { name } = this.kind;
    const x = readTensor<Float32Array>(name, "x", given);
    if (kindOf(x.data) !== "Float32Array") {
      throw new TypeError(expects(name, "x.data to be a Float32Array", show(x.data)));
    }
    const { shape } = x;
    const isRank = this.#spatial.some((letters) => letters.length + 2 === shape.length);
    const view = isRank && viewOf(shape, this.layout);
    if (!view || view.channels !== this.numFeatures) {
      const channels = view ? `${this.numFeatures}` : "c";
      const shapes = this.#spatial.map((letters) => {
        const shape = ["n", ...letters];
        shape.splice(this.layout === "channels-last" ? shape.length : 1, 0, channels);
        return `[${shape.join(", ")}]`;
      });
      const wanted = `input of shape ${shapes.join(" or ")}`;
      throw new TypeError(expects(name, wanted, `shape ${show(shape)}`));
    }
    return { x, view };
  }
}
