import { checkVectors, expects, kindOf, readTensor, show } from "../checks/tensors.ts";
import { checkOption, checkOptions } from "../checks/options.ts";
import { type BackwardOptions, type Gradients, gradients } from "../math/gradients.ts";
import { inferenceForward } from "../_inference_forward.ts";
import { trainingForward } from "../math/forward.ts";
import { type Input, viewOf } from "../channel_view.ts";
import {
  countTrainingForward,
  type LayerCounters,
  restoreCounters,
  stateOfCounters,
} from "./layer_counters.ts";
import {
  defaultRunningVariance,
  type LayerMethod,
  type LayerOptions,
  resolveLayerOptions,
} from "./layer_options.ts";
import { printLayer } from "./print_layer.ts";
import type { LimitsSchedule, StepLimitsOptions } from "./step_limits.ts";
import {
  checkStateDict,
  type LoadableStateDict,
  type StateDict,
  type StateVectors,
} from "./state_dict.ts";
import type { RunningStats } from "../renorm_correction.ts";
import type { Layout, Tensor } from "../tensor.ts";
import type { OnNonFinite, RunningVariance } from "../update_running_stats.ts";

/** Options of one call of `forward`. */
export interface LayerForwardOptions {
  /** `false` moves neither the running statistics nor a counter. Default true. */
  updateStats?: boolean;
  /** A tensor alike x to write y into; it may not share memory with x. */
  out?: Tensor | undefined;
}

/** What a concrete layer says of itself. */
export interface LayerKind {
  /** Class name for errors and `toString`. */
  readonly name: string;
  /** Spatial dimensions it takes, by their letters: `["", "l"]` for ranks 2 and 3. */
  readonly spatial: readonly string[];
  /** Batch norm or batch renorm. */
  readonly method: LayerMethod;
}

/**
 * What the batch norm and batch renorm layers have in common: parameters, running statistics,
 * modes, checks and state. Use one of the six concrete classes.
 */
export abstract class NormalizationLayer {
  readonly #kind: LayerKind;
  /** Number of channels. */
  declare readonly numFeatures: number;
  /** Added to a variance under the root. */
  declare readonly eps: number;
  /** Weight of the new batch; null for batch norm's cumulative average. */
  declare readonly momentum: number | null;
  /** Whether there is a weight and a bias. */
  declare readonly affine: boolean;
  /** Whether running statistics are tracked. */
  declare readonly trackRunningStats: boolean;
  /** Where the channels stand. */
  declare readonly layout: Layout;
  /** The variance that is tracked. */
  declare readonly runningVariance: RunningVariance;
  /** What a channel with non-finite batch statistics does. */
  declare readonly onNonFinite: OnNonFinite;
  /** Scale γ a channel, from 1; an optimizer writes it in place. Null without affine. */
  declare readonly weight: Float32Array | null;
  /** Shift β a channel, from 0; an optimizer writes it in place. Null without affine. */
  declare readonly bias: Float32Array | null;
  /** Gradient to the weight of the last backward, overwritten in place. Null without affine. */
  declare readonly weightGrad: Float32Array | null;
  /** Gradient to the bias of the last backward, overwritten in place. Null without affine. */
  declare readonly biasGrad: Float32Array | null;
  /** Running mean per channel, from 0, updated in place. Null without tracking. */
  declare readonly runningMean: Float32Array | null;
  /** Running variance per channel, from 1, updated in place. Null without tracking. */
  declare readonly runningVar: Float32Array | null;
  /** The limits of batch renorm; null for batch norm. */
  declare protected readonly schedule: LimitsSchedule | null;
  /** How often the layer was trained. */
  protected readonly counters: LayerCounters = { numBatchesTracked: 0, renormStep: 0 };
  #training = true;
  #skippedUpdates = 0;
  #backward: ((dy: Tensor, options: BackwardOptions) => Gradients) | null = null;

  /** Checks the options and makes the parameters and running statistics. */
  constructor(kind: LayerKind, numFeatures: number, options: LayerOptions & StepLimitsOptions) {
    const { name, method } = kind;
    const { resolved, schedule } = resolveLayerOptions(name, numFeatures, options, method);
    const { affine, trackRunningStats } = resolved;
    const vector = (exists: boolean, value: number) =>
      exists ? new Float32Array(numFeatures).fill(value) : null;
    // The fields that are only declared above.
    Object.assign(this, resolved, {
      numFeatures,
      schedule,
      weight: vector(affine, 1),
      bias: vector(affine, 0),
      weightGrad: vector(affine, 0),
      biasGrad: vector(affine, 0),
      runningMean: vector(trackRunningStats, 0),
      runningVar: vector(trackRunningStats, 1),
    });
    this.#kind = kind;
  }

  /** Whether the next forward uses and tracks batch statistics. True at first. */
  get training(): boolean {
    return this.#training;
  }

  /** Training forwards that were tracked so far. Eval and `updateStats: false` do not count. */
  get numBatchesTracked(): number {
    return this.counters.numBatchesTracked;
  }

  /** How many updates of one channel were left out so far because its batch was not finite. */
  get skippedUpdates(): number {
    return this.#skippedUpdates;
  }

  /** Switches to training, or with `false` to inference. Returns the layer. */
  train(mode = true): this {
    checkOption(this.#kind.name, "mode", mode);
    this.#training = mode;
    return this;
  }

  /** Switches to inference. Returns the layer. */
  eval(): this {
    return this.train(false);
  }

  /**
   * Normalises `x` and remembers what the backward needs.
   *
   * In training it uses the batch and moves the running statistics and counters; in eval it is the
   * fixed map of the running statistics and moves nothing. Without tracking both use the batch. An
   * empty batch gives an empty result and touches nothing.
   *
   * @param x Float32 tensor of the layer's rank, layout and channels. Kept by reference until the
   * next forward.
   * @param options `updateStats` and `out`.
   * @returns `y`, of the shape of x.
   * @throws {TypeError} For another rank, channel count or array kind; the state stays as it was.
   * @throws {RangeError} For one value per channel where the batch is used, and for a non-finite
   * channel under `onNonFinite: "throw"`; the state stays as it was.
   */
  forward(x: Tensor, options: LayerForwardOptions = {}): Tensor {
    const { name } = this.#kind;
    const { updateStats = true, out } = checkOptions(name, options, ["updateStats", "out"]);
    const input = this.#readInput(x);
    const { trackRunningStats, counters, eps, layout, runningVariance, onNonFinite } = this;
    const isFixed = !this.#training && trackRunningStats;
    const momentum = this.momentum ?? 1 / (counters.numBatchesTracked + 1);
    const settings = { eps, layout, out };
    const training = isFixed ? null : trainingForward(
      name,
      input,
      this,
      { ...settings, momentum, runningVariance, onNonFinite, updateStats },
      // Where nothing is tracked there is nothing to correct toward.
      trackRunningStats && this.schedule?.limitsAt(counters.renormStep + 1),
    );
    const { y, saved } = training ??
      inferenceForward(name, input, this as this & RunningStats, settings);
    this.#backward = (dy, options) => gradients(name, dy, saved, options, isFixed);
    if (training) {
      this.#skippedUpdates += training.skippedUpdates;
      if (trackRunningStats && updateStats && input.view.m > 0) countTrainingForward(counters);
    }
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
    if (!this.#backward) {
      throw new TypeError(expects(this.#kind.name, "forward before backward", "no forward yet"));
    }
    const { weightGrad, biasGrad } = this;
    checkVectors(this.#kind.name, { weightGrad, biasGrad }, this.numFeatures);
    const { dx, dWeight, dBias } = this.#backward(dy, options);
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
    const { name, method } = this.#kind;
    const checked = checkStateDict(name, state, this, method);
    const vectors = this.#vectors();
    for (const [key, vector] of vectors) vector.set(checked.vectors[key] ?? vector);
    restoreCounters(this.counters, checked);
    return this;
  }

  /** The layer as PyTorch prints it: `BatchNorm2d(16, eps=1e-05, momentum=0.1, ...)`. */
  toString(): string {
    const { name, method } = this.#kind;
    return printLayer(name, this, defaultRunningVariance(method), this.schedule?.printed);
  }

  /** The parameters and running statistics that are there, by their keys. */
  #vectors(): [keyof StateVectors, Float32Array][] {
    const { weight, bias, runningMean: running_mean, runningVar: running_var } = this;
    const vectors = { weight, bias, running_mean, running_var };
    // The caller may have handed their memory on.
    checkVectors(this.#kind.name, vectors, this.numFeatures);
    const entries = Object.entries(vectors);
    return entries.filter(([, vector]) => vector) as [keyof StateVectors, Float32Array][];
  }

  /** Reads x and checks its kind, rank and channels. */
  #readInput(given: Tensor): Input<Float32Array> {
    const { name, spatial } = this.#kind;
    const x = readTensor<Float32Array>(name, "x", given);
    if (kindOf(x.data) !== "Float32Array") {
      throw new TypeError(expects(name, "x.data to be a Float32Array", show(x.data)));
    }
    const { shape } = x;
    const isRank = spatial.some((letters) => letters.length + 2 === shape.length);
    const view = isRank && viewOf(shape, this.layout);
    if (!view || view.channels !== this.numFeatures) {
      const channels = view ? `${this.numFeatures}` : "c";
      const shapes = spatial.map((letters) => {
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
