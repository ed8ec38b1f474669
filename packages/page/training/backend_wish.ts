/** What the visitor may want to train on; `"auto"` is WebGPU where it is there and no software. */
export const backendWishes = ["auto", "webgpu", "cpu"] as const;

/** What the visitor wants to train on. */
export type BackendWish = (typeof backendWishes)[number];

/** Why training runs on the CPU though it was not asked to. */
export type CpuReason =
  | "no WebGPU"
  | "no https"
  | "no adapter"
  | "software adapter"
  | "backend failed";

/** What training runs on. */
export interface RunningBackend {
  readonly name: "webgpu" | "cpu";
  /** The WebGPU adapter in words, taken or not, as far as the browser tells. */
  readonly adapter: string;
  /** Null where it is as wished. */
  readonly reason: CpuReason | null;
}
