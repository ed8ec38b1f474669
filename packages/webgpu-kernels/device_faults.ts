/** What is known of a device's end. */
import { expects, show } from "@renorm/core-math/checks";

const losses = new WeakMap<GPUDevice, { reason: string | null }>();

/** Throws when `device` is no device, and an `Error` once it is known to be lost. */
export function checkDevice(owner: string, device: GPUDevice): void {
  if (typeof device?.createBuffer !== "function") {
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
