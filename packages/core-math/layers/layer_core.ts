import type { Limits } from "@renorm/schedule";
import { checkOption } from "../checks/options.ts";
import type { OnNonFinite, OnSingleValue, RunningVariance } from "../math/update_running_stats.ts";
import type { Layout } from "../tensor.ts";
import type { LayerCounters } from "./layer_counters.ts";
import {
  type LayerClass,
  type LayerOptions,
  type ResolvedLayerOptions,
  resolveLayerOptions,
} from "./layer_options.ts";
import { printLayer } from "./print_layer.ts";
import type { StepLimits, StepLimitsOptions } from "./step_limits.ts";

/**
 * What every layer has, wherever its numbers lie: options, counters, modes, the limits of its next
 * step, and how it prints. It owns no arrays; who extends it adds them, in memory or in buffers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm2d } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm2d(16, { warmupSteps: 100 });
 * const text = JSON.stringify(layer.options);
 * assert.equal(String(new BatchRenorm2d(16, JSON.parse(text))), String(layer));
 * ```
 */
export abstract class LayerCore<Options extends LayerOptions = LayerOptions> {
  /** What the class says of itself. */
  protected readonly kind: LayerClass;
  readonly #options: ResolvedLayerOptions & StepLimitsOptions;
  /** Number of channels. */
  readonly numFeatures: number;
  /** Added to a variance under the root. */
  readonly eps: number;
  /** Weight of the new batch; null for batch norm's cumulative average. */
  readonly momentum: number | null;
  /** Whether there is a weight and a bias. */
  readonly affine: boolean;
  /** Whether running statistics are tracked. */
  readonly trackRunningStats: boolean;
  /** Where the channels stand. */
  readonly layout: Layout;
  /** The variance that is tracked. */
  readonly runningVariance: RunningVariance;
  /** What a channel with non-finite batch statistics does. */
  readonly onNonFinite: OnNonFinite;
  /** What a training batch of one value per channel does. */
  readonly onSingleValue: OnSingleValue;
  /** The limits of batch renorm; null for batch norm. */
  protected readonly stepLimits: StepLimits | null;
  /** How often the layer was trained. */
  protected readonly counters: LayerCounters = { numBatchesTracked: 0, renormStep: 0 };
  #training = true;

  /** Checks the options. */
  constructor(
    kind: LayerClass,
    numFeatures: number,
    options: Options & StepLimitsOptions,
  ) {
    const { resolved, limits } = resolveLayerOptions(kind, numFeatures, options);
    this.kind = kind;
    this.numFeatures = numFeatures;
    this.#options = Object.freeze(resolved);
    this.eps = resolved.eps;
    this.momentum = resolved.momentum;
    this.affine = resolved.affine;
    this.trackRunningStats = resolved.trackRunningStats;
    this.layout = resolved.layout;
    this.runningVariance = resolved.runningVariance;
    this.onNonFinite = resolved.onNonFinite;
    this.onSingleValue = resolved.onSingleValue;
    this.stepLimits = limits;
  }

  /**
   * The options of this layer with defaults filled in: a layer that is made with them is alike.
   * They are JSON, but for a function in `limitsAt` and a limit of `Infinity`.
   */
  get options(): Readonly<Options> {
    // Null for momentum came through the checks of a class that takes it.
    return this.#options as unknown as Options;
  }

  /** Whether the next forward uses and tracks batch statistics. True at first. */
  get training(): boolean {
    return this.#training;
  }

  /** Training forwards that were tracked so far. Eval and `updateStats: false` do not count. */
  get numBatchesTracked(): number {
    return this.counters.numBatchesTracked;
  }

  /** What the next training forward goes by. */
  protected get nextStep(): { readonly momentum: number; readonly limits: Limits | null } {
    const { numBatchesTracked, renormStep } = this.counters;
    const momentum = this.momentum ?? 1 / (numBatchesTracked + 1);
    // Where nothing is tracked there is nothing to correct toward.
    const stepLimits = this.trackRunningStats ? this.stepLimits : null;
    return { momentum, limits: stepLimits && stepLimits.limitsAt(renormStep + 1) };
  }

  /** Switches to training, or with `false` to inference. Returns the layer. */
  train(mode = true): this {
    checkOption(this.kind.name, "mode", mode);
    this.#training = mode;
    return this;
  }

  /** Switches to inference. Returns the layer. */
  eval(): this {
    return this.train(false);
  }

  /** The layer as PyTorch prints it: `BatchNorm2d(16, eps=1e-05, momentum=0.1, ...)`. */
  toString(): string {
    return printLayer(this.kind, this.numFeatures, this.#options);
  }
}
