/** What is known of a device's end. */
import { expects, reading, show } from "@renorm/core-math/checks";

const losses = new WeakMap<GPUDevice, { reason: string | null }>();

/** Throws when `device` is no device, and an `Error` once it is known to be lost. */
export function checkDevice(owner: string, device: GPUDevice): void {
  const isDevice = () =>
    typeof device?.createBuffer === "function" && typeof device.lost?.then === "function" &&
    typeof device.limits?.maxBufferSize === "number";
  if (!reading(owner, "a GPUDevice", isDevice)) {
    throw new TypeError(expects(owner, "a GPUDevice", show(device)));
  }
  let loss = losses.get(device);
  if (!loss) {
    loss = { reason: null };
    losses.set(device, loss);
    const record = loss;
    device.lost.then(({ reason, message }) => {
      record.reason = [reason, message].filter(Boolean).join(", ");
    });
  }
  if (loss.reason !== null) {
    throw new Error(expects(owner, "a device in use", `a lost one (${loss.reason || "unknown"})`));
  }
}

/** Makes a buffer; where there is no room for it the error is the owner's. */
export function createBuffer(
  owner: string,
  device: GPUDevice,
  descriptor: Omit<GPUBufferDescriptor, "usage"> & { usage?: GPUBufferUsageFlags },
): GPUBuffer {
  const { size } = descriptor;
  const most = device.limits.maxBufferSize;
  if (size > most) {
    const wanted = `a device whose buffers hold ${size} bytes`;
    throw new RangeError(expects(owner, wanted, `a device whose buffers hold ${most}`));
  }
  try {
    return device.createBuffer({
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      ...descriptor,
    });
  } catch (error) {
    throw new Error(expects(owner, `memory for ${size} bytes`, String(error)), { cause: error });
  }
}

/** Makes a vector of a value a channel, float32 where it is not 0. */
export function createVector(
  owner: string,
  device: GPUDevice,
  name: string,
  length: number,
  value: number = 0,
): GPUBuffer {
  const label = `${owner} ${name}`;
  const mappedAtCreation = value !== 0;
  const buffer = createBuffer(owner, device, { label, size: 4 * length, mappedAtCreation });
  if (mappedAtCreation) {
    new Float32Array(buffer.getMappedRange()).fill(value);
    buffer.unmap();
  }
  return buffer;
}

/**
 * Runs `act` in error scopes, which are popped whatever happens, so that later errors of the caller
 * reach the caller. What the device says comes later; one that is lost says so elsewhere.
 *
 * @returns What `act` gives, and the first error of the device or null.
 */
export function inScopes<T>(
  device: GPUDevice,
  scopes: readonly GPUErrorFilter[],
  act: () => T,
): [result: T, error: Promise<string | null>] {
  for (const scope of scopes) device.pushErrorScope(scope);
  let popped: Promise<GPUError | null>[];
  let result: T;
  try {
    result = act();
  } finally {
    popped = scopes.map(() => device.popErrorScope().catch(() => null));
  }
  const error = Promise.all(popped).then((errors) => errors.find(Boolean)?.message ?? null);
  return [result, error];
}
