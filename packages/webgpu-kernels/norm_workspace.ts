import type { Layout } from "@renorm/core-math";
import { checkOptions, expects, show } from "@renorm/core-math/checks";
import { checkDevice } from "./device_faults.ts";
import type { GpuTensor } from "./gpu_tensor.ts";
import type { StateName } from "./kernels.ts";
import type { PreparedStep } from "./prepared_step.ts";
import { type AdapterInfo, type Tuning, tuningFor } from "./tuning.ts";
import { UniformRing } from "./uniform_ring.ts";

/** Buffers of state that the caller names: float32, a value a channel, usage `STORAGE`. */
export interface NormBuffers {
  /** Scale γ. Absent or null counts as 1. */
  readonly weight?: GPUBuffer | null;
  /** Shift β. Absent or null counts as 0. */
  readonly bias?: GPUBuffer | null;
  /** Running mean, read by inference and written in training. */
  readonly runningMean?: GPUBuffer | null;
  /** Running variance, likewise. */
  readonly runningVar?: GPUBuffer | null;
  /** Where backward writes the gradient to the weight. */
  readonly weightGrad?: GPUBuffer | null;
  /** Where backward writes the gradient to the bias. */
  readonly biasGrad?: GPUBuffer | null;
  /**
   * What a forward leaves for its backward, {@linkcode tableSize} bytes. Absent, the workspace has one
   * of its own, and a backward goes with the latest forward; with one of its own each forward has its
   * own backward.
   */
  readonly table?: GPUBuffer | null;
}

/** Bytes of a partial: the moments of a piece are five numbers. */
const partialSize = 20;

/** Bytes of the table of a layer with so many channels. */
export function tableSize(numFeatures: number): number {
  return 3 * 16 * numFeatures;
}

/** What a backward must know of the forward it goes with. */
export interface LatestForward {
  /** The input; its buffer must still hold what it held then. */
  readonly x: GpuTensor;
  /** Where the channels stand. */
  readonly layout: Layout;
  /** Whether it was the fixed map of the running statistics. */
  readonly fixed: boolean;
}

/**
 * A workspace as its owner sees it: made by {@linkcode createWorkspace}, handed to the encode
 * functions, and destroyed.
 */
export interface Workspace {
  /** The device that everything lives on. */
  readonly device: GPUDevice;
  /** Number of channels. */
  readonly numFeatures: number;
  /** Prefix of the labels of all GPU objects, and of errors. */
  readonly label: string;
  /** How often the update of each channel was skipped, as u32. */
  readonly skippedUpdates: GPUBuffer;
  /** Frees every buffer of the workspace. Using it afterwards throws. */
  destroy(): void;
}

/**
 * What the kernels need beside the caller's buffers, for one layer: the table of each channel's
 * statistics that forward leaves for backward, room for partial sums, and the uniforms.
 *
 * A backward goes with the latest forward that was recorded on its workspace.
 */
export class NormWorkspace implements Workspace {
  /** The device that everything lives on. */
  readonly device: GPUDevice;
  /** Number of channels. */
  readonly numFeatures: number;
  /** Prefix of the labels of all GPU objects. */
  readonly label: string;
  /** How the kernels are cut to the device. */
  readonly tuning: Tuning;
  /** How often the update of each channel was skipped, as u32. */
  readonly skippedUpdates: GPUBuffer;
  /** Uniforms of the recorded steps. For the encode functions. */
  readonly uniforms: UniformRing;
  /** Steps that were recorded before, with their bind groups. For the encode functions. */
  readonly steps: PreparedStep[] = [];
  /** The latest forward, if any. For the encode functions. */
  latest: LatestForward | null = null;
  readonly #own: Readonly<Record<"table" | "ones" | "zeros" | "spareA" | "spareB", GPUBuffer>>;
  readonly #partials: GPUBuffer[] = [];
  #destroyed = false;
  #fault: string | null = null;

  /** Makes the buffers; see {@linkcode createWorkspace}. */
  constructor(device: GPUDevice, numFeatures: number, label: string, tuning?: Tuning) {
    checkOptions(label, { numFeatures }, ["numFeatures"]);
    checkDevice(label, device);
    this.device = device;
    this.numFeatures = numFeatures;
    this.label = label;
    this.tuning = tuning ?? tuningFor(device);
    const vector = (name: string, value = 0) => {
      const buffer = this.#create(name, 4 * numFeatures, value !== 0);
      if (value !== 0) {
        new Float32Array(buffer.getMappedRange()).fill(value);
        buffer.unmap();
      }
      return buffer;
    };
    this.#own = {
      table: this.#create("table", tableSize(numFeatures)),
      ones: vector("ones", 1),
      zeros: vector("zeros"),
      spareA: vector("spare a"),
      spareB: vector("spare b"),
    };
    this.skippedUpdates = vector("skipped updates");
    this.uniforms = new UniformRing(device, label);
  }

  /** Whether `destroy` was called. */
  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** Frees every buffer of the workspace. Using it afterwards throws. */
  destroy(): void {
    this.#destroyed = true;
    for (const buffer of [...Object.values(this.#own), ...this.#partials]) buffer.destroy();
    this.skippedUpdates.destroy();
    this.uniforms.destroy();
    this.steps.length = 0;
    this.latest = null;
  }

  /** Ends the use of the workspace with what the device said. For the encode functions. */
  fail(message: string): void {
    this.#fault ??= message;
  }

  /** Throws when the workspace was destroyed, its device is lost or it met a fault. */
  checkUsable(): void {
    if (this.#destroyed) throw new Error(expects(this.label, "a layer in use", "a destroyed one"));
    checkDevice(this.label, this.device);
    if (this.#fault !== null) {
      throw new Error(expects(this.label, "buffers that its device accepts", this.#fault));
    }
  }

  /** The buffer behind a state binding: the caller's, or the workspace's stand-in. */
  stateBuffer(name: StateName, named: NormBuffers, partials: number): GPUBuffer {
    switch (name) {
      case "partials":
        return this.#partialsOf(partials);
      case "table":
        return named.table ?? this.#own.table;
      case "skippedUpdates":
        return this.skippedUpdates;
      case "weight":
        return named.weight ?? this.#own.ones;
      case "bias":
        return named.bias ?? this.#own.zeros;
      case "runningMean":
      case "weightGrad":
        return named[name] ?? this.#own.spareA;
      case "runningVar":
      case "biasGrad":
        return named[name] ?? this.#own.spareB;
    }
  }

  /** Room for at least `count` partials; a larger shape makes it grow. */
  #partialsOf(count: number): GPUBuffer {
    const latest = this.#partials[this.#partials.length - 1];
    if (latest && latest.size >= partialSize * count) return latest;
    // Commands that are recorded already read the smaller ones.
    const larger = this.#create("partials", partialSize * Math.max(count, 1));
    this.#partials.push(larger);
    return larger;
  }

  #create(name: string, size: number, mappedAtCreation = false): GPUBuffer {
    return this.device.createBuffer({
      label: `${this.label} ${name}`,
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      mappedAtCreation,
    });
  }
}

/**
 * Makes a workspace for one layer.
 *
 * @param device The caller's device.
 * @param numFeatures Number of channels, at least 1.
 * @param label Prefix of the labels of its GPU objects. Default `"renorm"`.
 * @param adapterInfo What is known of the adapter, where `device.adapterInfo` should not be asked:
 * Deno 2.9 ends when the adapter is gone. Default: that of the device.
 * @throws {TypeError} When the device is none.
 * @throws {RangeError} When numFeatures is not an integer of at least 1.
 */
export function createWorkspace(
  device: GPUDevice,
  numFeatures: number,
  label: string = "renorm",
  adapterInfo?: AdapterInfo,
): Workspace {
  const tuning = adapterInfo && tuningFor(device, adapterInfo);
  return new NormWorkspace(device, numFeatures, label, tuning);
}

/** The inside of a workspace. */
export function insideOf(workspace: Workspace): NormWorkspace {
  if (workspace instanceof NormWorkspace) return workspace;
  throw new TypeError(expects("encode", "a workspace of createWorkspace", show(workspace)));
}
