/** How kernels are cut to an adapter. Only times depend on it, and the last bits of sums. */
export interface Tuning {
  /** Threads of a workgroup over planes: a power of two. */
  readonly lanes: number;
  /** Threads of a workgroup over rows: columns of packs, times rows of them; powers of two. */
  readonly columns: number;
  readonly rows: number;
  /** Threads that merge the partials of a channel: a power of two. */
  readonly mergeLanes: number;
  /** Workgroups that a reduction should have, so that every core of the device has work. */
  readonly workgroups: number;
  /** Packs that a thread should sum at least before a channel is cut into more pieces. */
  readonly packsPerLane: number;
  /** Channels from which one workgroup each takes a channel the whole way, 0 for never. */
  readonly wholeFrom: number;
  /** Bytes of a channel up to which that pays, because the second reading comes from a cache. */
  readonly wholeBytes: number;
}

/** A driver that runs shaders on the processor: few wide cores, and work per group is cheap. */
export const software: Tuning = {
  lanes: 8,
  columns: 8,
  rows: 1,
  mergeLanes: 8,
  workgroups: 8,
  packsPerLane: 16,
  wholeFrom: 8,
  wholeBytes: 2 ** 20,
};

/** A graphics processor: many groups at once, wide groups, passes that stream from memory. */
export const hardware: Tuning = {
  lanes: 128,
  columns: 16,
  rows: 8,
  mergeLanes: 32,
  workgroups: 1024,
  packsPerLane: 4,
  wholeFrom: 64,
  wholeBytes: 2 ** 15,
};

/** The part of `GPUAdapterInfo` that tells a software driver; all of it may be missing. */
export interface AdapterInfo {
  /** Its vendor, by name or number. */
  readonly vendor?: string;
  /** Its family. */
  readonly architecture?: string;
  /** Its name as the driver gives it. */
  readonly description?: string;
  /** Its model. */
  readonly device?: string;
  /** Whether it runs on the processor. */
  readonly isFallbackAdapter?: boolean;
  /** Threads that run side by side, at least. */
  readonly subgroupMinSize?: number;
}

/**
 * The vendor numbers of Mesa's software drivers and of SwiftShader, which some runtimes give alone.
 */
const softwareVendors = ["65541", "6880"];

const chosen = new WeakMap<GPUDevice, Tuning>();

/**
 * The cut for a device, from what its adapter says of itself. Asked once: Deno 2.9 ends the process
 * when `adapterInfo` is read after the adapter has been collected.
 */
export function tuningFor(device: GPUDevice, given?: AdapterInfo): Tuning {
  const known = chosen.get(device);
  if (known) return known;
  const info = given ?? (device as { adapterInfo?: AdapterInfo }).adapterInfo ?? {};
  const words = `${info.architecture} ${info.description} ${info.device}`;
  const isSoftware = info.isFallbackAdapter || softwareVendors.includes(info.vendor ?? "") ||
    /llvmpipe|swiftshader|lavapipe|warp/i.test(words);
  // A software driver runs as many threads at once as the processor's vectors are wide.
  const lanes = info.subgroupMinSize ?? software.lanes;
  const tuning = isSoftware ? { ...software, lanes } : hardware;
  chosen.set(device, tuning);
  return tuning;
}
