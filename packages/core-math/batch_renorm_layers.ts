import { checkOption } from "./_check_options.ts";
import {
  printStepLimits,
  stepLimits,
  stepLimitsNames,
  type StepLimitsOptions,
} from "./step_limits.ts";
import type { LayerOptions } from "./layer_options.ts";
import { type LayerKind, NormalizationLayer } from "./normalization_layer.ts";
import type { Limits } from "./renorm_correction.ts";
import type { StateDict } from "./state_dict.ts";

/** Options of the batch renorm layers: the notebook's, with its defaults. */
export interface BatchRenormOptions extends LayerOptions, StepLimitsOptions {
  /**
   * Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. Null is refused:
   * an average over all batches goes stale, and here it feeds the training output.
   */
  momentum?: number;
}

/** What the three batch renorm layers share; they differ in the ranks they take. */
export abstract class BatchRenormLayer extends NormalizationLayer {
  readonly #limitsAt: (step: number) => Limits;
  readonly #options: BatchRenormOptions;
  #renormStep = 0;

  /** Makes a layer for the given spatial dimensions. */
  constructor(
    kind: Pick<LayerKind, "name" | "spatial">,
    numFeatures: number,
    options: BatchRenormOptions,
  ) {
    // The common options let null pass, for batch norm.
    if (options?.momentum === null) checkOption(kind.name, "momentum", null);
    super(
      { ...kind, runningVariance: "biased", optionNames: stepLimitsNames },
      numFeatures,
      options,
    );
    this.#limitsAt = stepLimits(kind.name, options);
    this.#options = { ...options };
  }

  /** Step of the limits' schedule: tracked training forwards since the warm-up began. */
  get renormStep(): number {
    return this.#renormStep;
  }

  /** Limits of the latest tracked training forward; the next one uses those of one step on. */
  get limits(): Limits {
    return this.#limitsAt(this.#renormStep);
  }

  /**
   * A copy of the state. The step of the schedule is in it as `renorm_step` only where it differs
   * from `num_batches_tracked`, so that an ordinary layer keeps PyTorch's five keys.
   */
  override stateDict(): StateDict {
    const state = super.stateDict();
    const differs = this.trackRunningStats && this.#renormStep !== this.numBatchesTracked;
    return differs ? { ...state, renorm_step: this.#renormStep } : state;
  }

  /** Limits of the coming step. */
  protected override nextLimits(): Limits {
    return this.#limitsAt(this.#renormStep + 1);
  }

  /** rmax, dmax and warmup_steps, as the notebook names them. */
  protected override printedOptions(): Record<string, string> {
    return printStepLimits(this.#options);
  }

  /** Moves both counters. */
  protected override countTrainingForward(): void {
    super.countTrainingForward();
    this.#renormStep++;
  }

  /** A state without `renorm_step` goes on where `num_batches_tracked` says, as the notebook does. */
  protected override restoreCounts(
    numBatchesTracked: number | undefined,
    renormStep: number | undefined,
  ): void {
    super.restoreCounts(numBatchesTracked, renormStep);
    this.#renormStep = renormStep ?? numBatchesTracked ?? this.#renormStep;
  }

  /** PyTorch's keys and `renorm_step`. */
  protected override stateKeys(): string[] {
    return [...super.stateKeys(), ...this.trackRunningStats ? ["renorm_step"] : []];
  }
}

/**
 * Batch renorm over `[n, c]` or `[n, c, l]`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm1d } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm1d(1, { rmax: 3, dmax: 5, warmupSteps: 0, eps: 1e-12 });
 * // The running mean 0 and deviation 1 already fit within the limits: the batch passes as it is.
 * const y = layer.forward({ data: new Float32Array([1, 3]), shape: [2, 1] });
 * assert.deepEqual(y.data, new Float32Array([1, 3]));
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class BatchRenorm1d extends BatchRenormLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchRenormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchRenormOptions = {}) {
    super({ name: "BatchRenorm1d", spatial: ["", "l"] }, numFeatures, options);
  }
}

/**
 * Batch renorm over images `[n, c, h, w]`, the notebook's `BatchRenorm2d`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm2d } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm2d(16, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * layer.forward({ data: new Float32Array(2 * 16 * 4).fill(1), shape: [2, 16, 2, 2] });
 * assert.deepEqual(layer.limits, { rmax: 1 + 2 / 5000, dmax: 5 / 5000 });
 * assert.equal(layer.renormStep, 1);
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class BatchRenorm2d extends BatchRenormLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchRenormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchRenormOptions = {}) {
    super({ name: "BatchRenorm2d", spatial: ["hw"] }, numFeatures, options);
  }
}

/**
 * Batch renorm over volumes `[n, c, d, h, w]`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm3d } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm3d(4, { momentum: 0.01 });
 * assert.equal(
 *   String(layer),
 *   "BatchRenorm3d(4, eps=1e-05, momentum=0.01, affine=True, track_running_stats=True, " +
 *     "rmax=3.0, dmax=5.0, warmup_steps=5000)",
 * );
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class BatchRenorm3d extends BatchRenormLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchRenormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchRenormOptions = {}) {
    super({ name: "BatchRenorm3d", spatial: ["dhw"] }, numFeatures, options);
  }
}
