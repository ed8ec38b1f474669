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
  descriptor: Omit<GPUBufferDescriptor, "usage">,
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
