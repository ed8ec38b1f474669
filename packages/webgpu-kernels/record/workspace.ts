import type { Layout } from "@renorm/core-math";
import { checkOption, expects, readFields, reading, show } from "@renorm/core-math/checks";
import { type AdapterInfo, type Tuning, tuningFor } from "../plan/tuning.ts";
import { checkDevice, createVector } from "../tensors/device_faults.ts";
import type { GpuTensor } from "../tensors/gpu_tensor.ts";
import { bytesOf, type NormBuffers } from "../tensors/norm_buffers.ts";
import type { PreparedStep } from "./prepared_step.ts";
import { UniformSlots } from "./uniform_slots.ts";

/** Bytes of a partial: the moments of a piece are six numbers. */
const partialSize = 24;

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
  readonly uniforms: UniformSlots;
  /** Steps that were recorded before, with their bind groups. For the encode functions. */
  readonly steps: PreparedStep[] = [];
  /** The latest forward, if any. For the encode functions. */
  latest: LatestForward | null = null;
  /** Stand-ins for what the caller does not name. */
  readonly #own: Readonly<Record<keyof NormBuffers, GPUBuffer>>;
  readonly #partials: GPUBuffer[] = [];
  #destroyed = false;
  #fault: string | null = null;
  #notice: string | null = null;

  /** Makes the buffers; see {@linkcode createWorkspace}. */
  constructor(device: GPUDevice, numFeatures: number, label: string, tuning?: Tuning) {
    checkOption(label, "numFeatures", numFeatures);
    checkDevice(label, device);
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    const most = Math.floor(
      Math.min(maxStorageBufferBindingSize, maxBufferSize) / bytesOf("table", 1),
    );
    if (numFeatures > most) {
      const wanted = `at most ${most} channels on this device`;
      throw new RangeError(expects(label, wanted, String(numFeatures)));
    }
    this.device = device;
    this.numFeatures = numFeatures;
    this.label = label;
    this.tuning = tuning ?? tuningFor(device);
    const vector = (name: string, value?: number) =>
      createVector(label, device, name, numFeatures, value);
    // What is written to the spare ones is never read.
    const [one, other] = [vector("spare a"), vector("spare b")];
    this.#own = {
      table: createVector(label, device, "table", bytesOf("table", numFeatures) / 4),
      weight: vector("ones", 1),
      bias: vector("zeros"),
      runningMean: one,
      runningVar: other,
      weightGrad: one,
      biasGrad: other,
    };
    this.skippedUpdates = vector("skipped updates");
    this.uniforms = new UniformSlots(device, label);
  }

  /** Whether a value was made by this class; a proxy of one was not. */
  static isOne(value: unknown): value is NormWorkspace {
    return typeof value === "object" && value !== null && #destroyed in value;
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

  /** Ends the use of the workspace with what the device said of its own buffers. */
  fail(message: string): void {
    this.#fault ??= message;
  }

  /**
   * Keeps what the device said of one call, for {@linkcode checkUnrefused}. For the encode
   * functions.
   */
  notice(wanted: string, message: string): void {
    this.#notice ??= expects(this.label, wanted, message);
  }

  /** Throws, once, what the device said of an earlier call that it refused. */
  checkUnrefused(): void {
    const message = this.#notice;
    this.#notice = null;
    if (message !== null) throw new Error(message);
  }

  /** Throws when the workspace was destroyed, its device is lost or it met a fault. */
  checkUsable(): void {
    if (this.#destroyed) throw new Error(expects(this.label, "a layer in use", "a destroyed one"));
    checkDevice(this.label, this.device);
    if (this.#fault !== null) {
      throw new Error(expects(this.label, "memory on its device", this.#fault));
    }
  }

  /** The buffer behind a state binding: the caller's, or the workspace's stand-in. */
  stateBuffer(
    name: keyof NormBuffers | "partials" | "skippedUpdates",
    buffers: NormBuffers,
    partials: number,
  ): GPUBuffer {
    if (name === "partials") return this.#partialsOf(partials);
    return name === "skippedUpdates" ? this.skippedUpdates : buffers[name] ?? this.#own[name];
  }

  /** Room for at least `count` partials; a larger shape makes it grow. */
  #partialsOf(count: number): GPUBuffer {
    const latest = this.#partials[this.#partials.length - 1];
    if (latest && latest.size >= partialSize * count) return latest;
    // Commands that are recorded already read the smaller ones.
    const length = partialSize / 4 * Math.max(count, 1);
    const larger = createVector(this.label, this.device, "partials", length);
    this.#partials.push(larger);
    return larger;
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
 * @throws {TypeError} When an argument is of the wrong kind.
 * @throws {RangeError} When numFeatures is not an integer of at least 1 or more than the device
 * holds.
 */
export function createWorkspace(
  device: GPUDevice,
  numFeatures: number,
  label: string = "renorm",
  adapterInfo?: AdapterInfo,
): Workspace {
  const owner = "createWorkspace";
  if (typeof label !== "string") throw new TypeError(expects(owner, "a label", show(label)));
  checkDevice(label, device);
  const tuning = adapterInfo === undefined ? undefined : tuningOf(owner, device, adapterInfo);
  return new NormWorkspace(device, numFeatures, label, tuning);
}

/** Bytes of the table of a layer with so many channels. */
export function tableSize(numFeatures: number): number {
  checkOption("tableSize", "numFeatures", numFeatures);
  return bytesOf("table", numFeatures);
}

/** The inside of a workspace. */
export function insideOf(owner: string, workspace: Workspace): NormWorkspace {
  if (NormWorkspace.isOne(workspace)) return workspace;
  throw new TypeError(expects(owner, "a workspace of createWorkspace", show(workspace)));
}

/** The cut for an adapter that the caller describes. */
function tuningOf(owner: string, device: GPUDevice, info: AdapterInfo): Tuning {
  const threads = readFields(owner, "adapterInfo", info, ["subgroupMinSize"]).subgroupMinSize;
  if (threads !== undefined && ![1, 2, 4, 8, 16, 32, 64, 128].includes(threads as number)) {
    const wanted = "adapterInfo.subgroupMinSize to be a power of 2 of at most 128";
    throw new RangeError(expects(owner, wanted, show(threads)));
  }
  return reading(owner, "adapterInfo", () => tuningFor(device, info));
}
