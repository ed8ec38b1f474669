import type { BatchRenormOptions, Limits, StateDict } from "@renorm/core-math";
import { expects, printStepLimits, stepLimits, stepLimitsNames } from "@renorm/core-math/checks";
import { GpuNormalizationLayer } from "./gpu_normalization_layer.ts";

/**
 * Batch renorm on a GPU device, of rank 2 to 5, with the options, modes and state of the notebook's
 * `BatchRenorm2d`. The limits of a step are taken when it is recorded, so that several steps in one
 * encoder each see their own.
 *
 * @example
 * ```ts ignore
 * const layer = new GpuBatchRenorm(device, 64, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * const encoder = device.createCommandEncoder();
 * layer.forward(encoder, x, y);
 * layer.backward(encoder, dy, dx);
 * device.queue.submit([encoder.finish()]);
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class GpuBatchRenorm extends GpuNormalizationLayer {
  readonly #limitsAt: (step: number) => Limits;
  readonly #options: BatchRenormOptions;
  #renormStep = 0;

  /**
   * Makes a layer in training mode.
   *
   * @param device The caller's device.
   * @param numFeatures Number of channels, at least 1.
   * @param options As of the CPU classes. `onNonFinite: "throw"` keeps the running statistics of the
   * channel and throws where the state is read, since a step reads nothing back.
   * @throws {TypeError} For an unknown option or one of the wrong kind, or when device is none.
   * @throws {RangeError} For a value out of range.
   */
  constructor(device: GPUDevice, numFeatures: number, options: BatchRenormOptions = {}) {
    const name = "GpuBatchRenorm";
    if (options?.momentum === null) {
      throw new TypeError(expects(name, "momentum to be a number in [0, 1]", "null"));
    }
    const kind = { name, runningVariance: "biased", optionNames: stepLimitsNames } as const;
    super(kind, device, numFeatures, options);
    this.#limitsAt = stepLimits(name, options);
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

  /** The limits of the coming training forward. */
  protected override nextLimits(): Limits {
    const { rmax, dmax } = this.#limitsAt(this.#renormStep + 1);
    return { rmax, dmax };
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

  /** A state without `renorm_step` goes on where `num_batches_tracked` says. */
  protected override restoreCounts(
    numBatchesTracked: number | undefined,
    renormStep: number | undefined,
  ): void {
    super.restoreCounts(numBatchesTracked, renormStep);
    this.#renormStep = renormStep ?? numBatchesTracked ?? this.#renormStep;
  }

  /** The counters; `renorm_step` only where it differs from `num_batches_tracked`. */
  protected override counters(): StateDict {
    const differs = this.trackRunningStats && this.#renormStep !== this.numBatchesTracked;
    return { ...super.counters(), ...differs && { renorm_step: this.#renormStep } };
  }

  /** PyTorch's keys and `renorm_step`. */
  protected override stateKeys(): string[] {
    return [...super.stateKeys(), ...this.trackRunningStats ? ["renorm_step"] : []];
  }
}
