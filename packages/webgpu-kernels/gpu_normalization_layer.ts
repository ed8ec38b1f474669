import { checkedView, checkOptions, expects, readFields, show } from "@renorm/core-math/checks";
import {
  checkStateDict,
  countTrainingForward,
  type LayerClass,
  LayerCore,
  type LayerOptions,
  type LoadableStateDict,
  restoreCounters,
  type StateDict,
  stateOfCounters,
  type StepLimitsOptions,
} from "@renorm/core-math/layer-core";
import { encodeBackward, encodeInference, recordTrainingForward } from "./encode.ts";
import {
  createLayerBuffers,
  type LayerBuffers,
  readSkippedUpdates,
  readState,
  writeState,
} from "./gpu_layer_buffers.ts";
import { preparePipelines } from "./record/pipelines.ts";
import { preparedVariants } from "./record/record_step.ts";
import { NormWorkspace } from "./record/workspace.ts";
import { refuseMask } from "./refuse_mask.ts";
import { readStorage } from "./tensors/check_tensors.ts";
import { checkDevice, inScopes } from "./tensors/device_faults.ts";
import type { GpuTensor, StorageType } from "./tensors/gpu_tensor.ts";

/** What a concrete GPU layer says of itself. */
export type GpuLayerKind = LayerClass;

/** Options of one call of `forward`. */
export interface GpuForwardOptions {
  /** `false` moves neither the running statistics nor a counter. Default true. */
  updateStats?: boolean;
}

/**
 * What the GPU layers have in common: parameters and running statistics in buffers of their own,
 * checks and state. Use `GpuBatchNorm` or `GpuBatchRenorm`.
 */
export abstract class GpuNormalizationLayer<Options extends LayerOptions = LayerOptions>
  extends LayerCore<Options> {
  readonly #workspace: NormWorkspace;
  readonly #buffers: LayerBuffers;
  readonly #created: Promise<void>;
  /** The caller's device. */
  readonly device: GPUDevice;
  /** Scale γ a channel, from 1; float32, for an optimizer to write. Null without affine. */
  readonly weight: GPUBuffer | null;
  /** Shift β a channel, from 0; float32, for an optimizer to write. Null without affine. */
  readonly bias: GPUBuffer | null;
  /** Gradient to the weight of the last backward. Null without affine. */
  readonly weightGrad: GPUBuffer | null;
  /** Gradient to the bias of the last backward. Null without affine. */
  readonly biasGrad: GPUBuffer | null;
  /** Running mean per channel, from 0. Null without tracking. */
  readonly runningMean: GPUBuffer | null;
  /** Running variance per channel, from 1. Null without tracking. */
  readonly runningVar: GPUBuffer | null;
  /** How often a state was loaded. */
  #loads = 0;

  /** Checks the options and makes the buffers. */
  constructor(
    kind: GpuLayerKind,
    device: GPUDevice,
    numFeatures: number,
    options: Options & StepLimitsOptions,
  ) {
    super(kind, numFeatures, options);
    checkDevice(kind.name, device);
    this.device = device;
    const [made, found] = inScopes(device, ["out-of-memory", "validation"], () => ({
      workspace: new NormWorkspace(device, numFeatures, kind.name),
      buffers: createLayerBuffers(kind.name, device, this),
    }));
    this.#workspace = made.workspace;
    this.#buffers = made.buffers;
    this.weight = made.buffers.weight;
    this.bias = made.buffers.bias;
    this.weightGrad = made.buffers.weightGrad;
    this.biasGrad = made.buffers.biasGrad;
    this.runningMean = made.buffers.runningMean;
    this.runningVar = made.buffers.runningVar;
    // A fault in making the layer ends its use with a clear error.
    this.#created = found.then((fault) => fault === null ? undefined : made.workspace.fail(fault));
  }

  /**
   * Compiles the kernels for a shape without blocking, and waits until the layer's memory is there.
   * Optional: a first forward compiles what it needs.
   *
   * @param shape The shape of x.
   * @param dtype The storage of x. Default `"float32"`.
   * @returns The layer.
   * @throws {TypeError} For a shape or storage that the layer or its device cannot take.
   * @throws {Error} When the device has no memory for the layer, is lost or refused a step.
   */
  async prepare(shape: readonly number[], dtype: StorageType = "float32"): Promise<this> {
    const { name } = this.kind;
    const view = checkedView(name, shape, this.layout);
    if (view.channels !== this.numFeatures) {
      const got = `${show(shape)} in ${this.layout}`;
      throw new TypeError(expects(name, `a shape with ${this.numFeatures} channels`, got));
    }
    const storage = readStorage(name, "shape", dtype, this.device);
    await this.#created;
    this.#workspace.checkUsable();
    this.#workspace.checkUnrefused();
    if (view.m > 0) {
      await preparePipelines(this.device, preparedVariants(this.#workspace, view, storage));
    }
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
   * @throws {TypeError} For tensors that do not fit the layer or each other, and for a mask, which
   * the layers on the CPU take.
   * @throws {RangeError} For one value per channel where the batch is used, unless the layer was
   * made with `onSingleValue: "running"`, a misaligned offset or a buffer that is too small.
   * @throws {Error} When the layer was destroyed, its device is lost or has no memory for it.
   */
  forward(
    encoder: GPUCommandEncoder,
    x: GpuTensor,
    y: GpuTensor,
    options: GpuForwardOptions = {},
  ): GpuTensor {
    refuseMask(this.kind.name, options);
    const { updateStats = true } = checkOptions(this.kind.name, options, ["updateStats"]);
    const { eps, layout, runningVariance, runningMean, runningVar, counters } = this;
    const usesRunning = !this.training || this.onSingleValue === "running" && this.#isSingle(x);
    if (usesRunning && runningMean && runningVar) {
      const buffers = { ...this.#buffers, runningMean, runningVar };
      encodeInference(encoder, this.#workspace, { x, y }, buffers, { eps, layout });
      return y;
    }
    const { momentum, limits } = this.nextStep;
    const onNonFinite = this.onNonFinite === "propagate" ? "propagate" : "skip";
    const loads = this.#loads;
    let isCounted = false;
    const m = recordTrainingForward(
      encoder,
      this.#workspace,
      { x, y },
      this.#buffers,
      { eps, momentum, layout, runningVariance, onNonFinite, updateStats, ...limits },
      () => {
        // It was no step, unless a state was loaded since.
        if (isCounted && loads === this.#loads) countTrainingForward(counters, -1);
        isCounted = false;
      },
    );
    if (runningMean && updateStats && m > 0) {
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
   * How many updates of one channel were left out so far because its batch was not finite. Waits
   * for the GPU.
   *
   * @throws {RangeError} When there were any and the layer was made with `onNonFinite: "throw"`.
   */
  async skippedUpdates(): Promise<number> {
    this.#workspace.checkUsable();
    this.#workspace.checkUnrefused();
    const { skipped, first } = await readSkippedUpdates(this.#workspace);
    if (skipped > 0 && this.onNonFinite === "throw") {
      const got = `${skipped} of a channel that were not, first in channel ${first}`;
      throw new RangeError(expects(this.kind.name, "finite batch statistics", got));
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
    return { ...await readState(this.#workspace, this.#buffers), ...counters };
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
    const checked = checkStateDict(this.kind, state, this);
    writeState(this.device, this.#buffers, checked);
    restoreCounters(this.counters, checked);
    this.#loads++;
    return this;
  }

  /** Whether x has one value per channel. */
  #isSingle(x: GpuTensor): boolean {
    const { shape } = readFields(this.kind.name, "x", x, ["shape"]);
    return checkedView(this.kind.name, shape as readonly number[], this.layout).m === 1;
  }

  /** Frees every buffer of the layer. Using it afterwards throws. */
  destroy(): void {
    this.#workspace.destroy();
    for (const buffer of Object.values(this.#buffers)) buffer?.destroy();
  }
}
