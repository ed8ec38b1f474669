import type {
  LayerOptions,
  Layout,
  LoadableStateDict,
  OnNonFinite,
  RunningVariance,
  StateDict,
  StepLimitsOptions,
} from "@renorm/core-math";
import {
  checkedView,
  checkOption,
  checkOptions,
  checkStateDict,
  countTrainingForward,
  defaultRunningVariance,
  expects,
  type LayerCounters,
  type LayerMethod,
  type LimitsSchedule,
  printLayer,
  resolveLayerOptions,
  restoreCounters,
  show,
  stateOfCounters,
  uncountTrainingForward,
} from "@renorm/core-math/checks";
import { encodeBackward, encodeInference, recordTrainingForward } from "./encode.ts";
import { readStorage } from "./tensors/check_tensors.ts";
import { checkDevice, createVector, inScopes } from "./tensors/device_faults.ts";
import type { GpuTensor, StorageType } from "./tensors/gpu_tensor.ts";
import type { NormBuffers } from "./tensors/norm_buffers.ts";
import { preparedVariants } from "./record/record_step.ts";
import { NormWorkspace } from "./record/workspace.ts";
import { preparePipelines } from "./record/pipelines.ts";
import { readBuffer } from "./tensors/transfer.ts";

/** What a concrete GPU layer says of itself. */
export interface GpuLayerKind {
  /** Class name for errors, labels and `toString`. */
  readonly name: string;
  /** Batch norm or batch renorm. */
  readonly method: LayerMethod;
}

/** Options of one call of `forward`. */
export interface GpuForwardOptions {
  /** `false` moves neither the running statistics nor a counter. Default true. */
  updateStats?: boolean;
}

/** PyTorch's keys of a state, and the buffers of a layer that hold it. */
const stateKeys = [
  ["weight", "weight"],
  ["bias", "bias"],
  ["running_mean", "runningMean"],
  ["running_var", "runningVar"],
] as const;

/**
 * What the GPU layers have in common: parameters and running statistics in buffers of their own,
 * modes, checks and state. Use `GpuBatchNorm` or `GpuBatchRenorm`.
 */
export abstract class GpuNormalizationLayer {
  readonly #kind: GpuLayerKind;
  readonly #workspace: NormWorkspace;
  readonly #buffers: NormBuffers;
  readonly #created: Promise<void>;
  /** The caller's device. */
  declare readonly device: GPUDevice;
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
  /** Scale γ a channel, from 1; float32, for an optimizer to write. Null without affine. */
  declare readonly weight: GPUBuffer | null;
  /** Shift β a channel, from 0; float32, for an optimizer to write. Null without affine. */
  declare readonly bias: GPUBuffer | null;
  /** Gradient to the weight of the last backward. Null without affine. */
  declare readonly weightGrad: GPUBuffer | null;
  /** Gradient to the bias of the last backward. Null without affine. */
  declare readonly biasGrad: GPUBuffer | null;
  /** Running mean per channel, from 0. Null without tracking. */
  declare readonly runningMean: GPUBuffer | null;
  /** Running variance per channel, from 1. Null without tracking. */
  declare readonly runningVar: GPUBuffer | null;
  /** The limits of batch renorm; null for batch norm. */
  declare protected readonly schedule: LimitsSchedule | null;
  /** How often the layer was trained. */
  protected readonly counters: LayerCounters = { numBatchesTracked: 0, renormStep: 0 };
  #training = true;
  /** How often a state was loaded. */
  #loads = 0;

  /** Checks the options and makes the buffers. */
  constructor(
    kind: GpuLayerKind,
    device: GPUDevice,
    numFeatures: number,
    options: LayerOptions & StepLimitsOptions,
  ) {
    const { name, method } = kind;
    const { resolved, schedule } = resolveLayerOptions(name, numFeatures, options, method);
    checkDevice(name, device);
    this.#kind = kind;
    const { affine, trackRunningStats } = resolved;
    const vector = (label: string, exists: boolean, value?: number): GPUBuffer | null =>
      exists ? createVector(name, device, label, numFeatures, value) : null;
    const [made, found] = inScopes(device, ["out-of-memory", "validation"], () => ({
      workspace: new NormWorkspace(device, numFeatures, name),
      buffers: {
        weight: vector("weight", affine, 1),
        bias: vector("bias", affine),
        weightGrad: vector("weightGrad", affine),
        biasGrad: vector("biasGrad", affine),
        runningMean: vector("runningMean", trackRunningStats),
        runningVar: vector("runningVar", trackRunningStats, 1),
      },
    }));
    this.#workspace = made.workspace;
    this.#buffers = made.buffers;
    // The fields that are only declared above.
    Object.assign(this, resolved, { device, numFeatures, schedule }, this.#buffers);
    // A fault in making the layer ends its use with a clear error.
    this.#created = found.then((message) => {
      if (message !== null) this.#workspace.fail(message);
    });
  }

  /** Whether the next forward uses and tracks batch statistics. True at first. */
  get training(): boolean {
    return this.#training;
  }

  /** Training forwards that were recorded and tracked so far. */
  get numBatchesTracked(): number {
    return this.counters.numBatchesTracked;
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
   * Compiles the kernels for a shape without blocking, and waits until the layer's memory is there.
   * Optional: a first forward compiles what it needs.
   *
   * @param shape The shape of x.
   * @param dtype The storage of x. Default `"float32"`.
   * @returns The layer.
   * @throws {TypeError} For a shape or storage that the layer or its device cannot take.
   * @throws {Error} When the device has no memory for the layer, is lost or refused an earlier step.
   */
  async prepare(shape: readonly number[], dtype: StorageType = "float32"): Promise<this> {
    const { name } = this.#kind;
    const view = checkedView(name, shape, this.layout);
    if (view.channels !== this.numFeatures) {
      const wanted = `a shape with ${this.numFeatures} channels`;
      throw new TypeError(expects(name, wanted, `${show(shape)} in ${this.layout}`));
    }
    const storage = readStorage(name, "shape", dtype, this.device);
    await this.#created;
    this.#workspace.checkUsable();
    this.#workspace.checkUnrefused();
    if (view.m === 0) return this;
    const variants = preparedVariants(this.#workspace, view, storage);
    await preparePipelines(this.device, variants);
    return this;
  }

  /**
   * Records the forward into the caller's encoder. It submits nothing and reads nothing back.
   *
   * In training it uses the batch and moves the running statistics and counters; in eval it is the
   * fixed map of the running statistics and moves nothing. Without tracking both use the batch. An
   * empty batch records nothing.
   *
   * @param encoder The caller's encoder, outside a pass.
   * @param x Input of rank 2 to 5 in the layer's layout. It must stay in its buffer for backward.
   * @param y Output of the same shape and dtype, in another buffer.
   * @param options `updateStats`.
   * @returns y.
   * @throws {TypeError} For tensors that do not fit the layer or each other.
   * @throws {RangeError} For one value per channel where the batch is used, a misaligned offset or a
   * buffer that is too small.
   * @throws {Error} When the layer was destroyed, its device is lost or has no memory for it.
   */
  forward(
    encoder: GPUCommandEncoder,
    x: GpuTensor,
    y: GpuTensor,
    options: GpuForwardOptions = {},
  ): GpuTensor {
    const { name } = this.#kind;
    const { updateStats = true } = checkOptions(name, options, ["updateStats"]);
    const { eps, layout, runningVariance, runningMean, runningVar } = this;
    if (!this.#training && runningMean && runningVar) {
      const buffers = { ...this.#buffers, runningMean, runningVar };
      encodeInference(encoder, this.#workspace, { x, y }, buffers, { eps, layout });
      return y;
    }
    const momentum = this.momentum ?? 1 / (this.numBatchesTracked + 1);
    const { counters } = this;
    const loads = this.#loads;
    const tracks = this.trackRunningStats && updateStats;
    const settings = {
      eps,
      momentum,
      layout,
      runningVariance,
      onNonFinite: this.onNonFinite === "propagate" ? "propagate" as const : "skip" as const,
      updateStats,
      ...this.schedule?.limitsAt(counters.renormStep + 1),
    };
    let isCounted = false;
    const m = recordTrainingForward(
      encoder,
      this.#workspace,
      { x, y },
      this.#buffers,
      settings,
      () => {
        // It was no step, unless a state was loaded since.
        if (isCounted && loads === this.#loads) uncountTrainingForward(counters);
        isCounted = false;
      },
    );
    if (tracks && m > 0) {
      countTrainingForward(counters);
      isCounted = true;
    }
    return y;
  }

  /**
   * Records the backward of the last forward; `weightGrad` and `biasGrad` are overwritten.
   *
   * @param encoder The caller's encoder, outside a pass.
   * @param dy Gradient of the loss to y.
   * @param dx Where the gradient to x goes, in a buffer of its own.
   * @returns dx.
   * @throws {TypeError} Before any forward, or for tensors that do not fit it.
   * @throws {Error} When the layer was destroyed or its device is lost.
   */
  backward(encoder: GPUCommandEncoder, dy: GpuTensor, dx: GpuTensor): GpuTensor {
    const { weightGrad, biasGrad } = this;
    encodeBackward(encoder, this.#workspace, { dy, dx }, { weightGrad, biasGrad });
    return dx;
  }

  /**
   * How many updates of one channel were left out so far because its batch was not finite. Waits for
   * the GPU.
   *
   * @throws {RangeError} When there were any and the layer was made with `onNonFinite: "throw"`.
   */
  async skippedUpdates(): Promise<number> {
    this.#workspace.checkUsable();
    this.#workspace.checkUnrefused();
    const size = 4 * this.numFeatures;
    const buffer = this.#workspace.skippedUpdates;
    const bytes = await readBuffer(this.#kind.name, this.device, [{ buffer, offset: 0, size }]);
    const counts = new Uint32Array(bytes);
    const skipped = counts.reduce((sum, count) => sum + count, 0);
    if (skipped > 0 && this.onNonFinite === "throw") {
      const got = `${skipped} of a channel that were not, first in channel ${
        counts.findIndex((count) => count > 0)
      }`;
      throw new RangeError(expects(this.#kind.name, "finite batch statistics", got));
    }
    return skipped;
  }

  /**
   * A copy of parameters, running statistics and counters under PyTorch's keys. Waits for the GPU.
   *
   * @throws {RangeError} When a batch was not finite under `onNonFinite: "throw"`.
   * @throws {Error} When the layer was destroyed or its device is lost.
   */
  async stateDict(): Promise<StateDict> {
    this.#workspace.checkUsable();
    this.#workspace.checkUnrefused();
    if (this.onNonFinite === "throw") await this.skippedUpdates();
    const counters = this.trackRunningStats ? stateOfCounters(this.counters) : {};
    const size = 4 * this.numFeatures;
    const present = stateKeys.flatMap(([key, name]) => {
      const buffer = this[name];
      return buffer ? [{ key, buffer, offset: 0, size }] : [];
    });
    const bytes = await readBuffer(this.#kind.name, this.device, present);
    const arrays = present.map(({ key }, i) => [
      key,
      new Float32Array(bytes.slice(i * size, (i + 1) * size)),
    ]);
    return { ...Object.fromEntries(arrays), ...counters };
  }

  /**
   * Writes a state into the layer's buffers; what was submitted before it still sees the old one.
   *
   * @param state Arrays of one value per channel under PyTorch's keys, from a CPU or GPU layer.
   * @returns The layer.
   * @throws {TypeError} For a missing or unknown key or another length; nothing is loaded then.
   * @throws {RangeError} For a negative or non-finite variance, a non-finite mean or a bad count.
   * @throws {Error} When the layer was destroyed or its device is lost.
   */
  loadStateDict(state: LoadableStateDict): this {
    this.#workspace.checkUsable();
    const { name, method } = this.#kind;
    const checked = checkStateDict(name, state, this, method);
    for (const [key, name] of stateKeys) {
      const values = checked.vectors[key];
      if (this[name] && values) this.device.queue.writeBuffer(this[name], 0, values);
    }
    restoreCounters(this.counters, checked);
    this.#loads++;
    return this;
  }

  /** Frees every buffer of the layer. Using it afterwards throws. */
  destroy(): void {
    this.#workspace.destroy();
    for (const buffer of Object.values(this.#buffers)) buffer?.destroy();
  }

  /** The layer as PyTorch prints it. */
  toString(): string {
    const { name, method } = this.#kind;
    return printLayer(name, this, defaultRunningVariance(method), this.schedule?.printed);
  }
}
