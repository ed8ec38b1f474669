/**
 * The tunings of the kernels that were tried, slowest first, each with the one idea it adds. The
 * last one is what `tuningFor` chooses for the adapter.
 */
import { type Tuning, tuningFor } from "../../webgpu-kernels/plan/tuning.ts";

/** A tuning and why it was tried. */
export interface TriedTuning {
  readonly name: string;
  readonly idea: string;
  readonly tuning: Tuning;
}

/** Those for a device; all are checked before they are timed. */
export function triedTunings(device: GPUDevice): TriedTuning[] {
  const chosen = tuningFor(device);
  const threeSteps: Tuning = { ...chosen, wholeFrom: 0 };
  return [
    {
      name: "v1 one lane",
      idea: "three dispatches, one thread per workgroup: right, and nothing else",
      tuning: { ...threeSteps, lanes: 1, rows: 1, columns: 1, mergeLanes: 1 },
    },
    {
      name: "v2 wide workgroups",
      idea: "128 threads per workgroup, as a graphics processor wants them",
      tuning: { ...threeSteps, lanes: 128, columns: 16, rows: 8, mergeLanes: 32 },
    },
    {
      name: "v3 cut to the adapter",
      idea: "as many threads as the adapter has lanes",
      tuning: threeSteps,
    },
    {
      name: "v4 whole channels",
      idea: "one workgroup takes a channel all the way, and its second reading comes from a cache",
      tuning: { ...chosen, wholeFrom: 1, wholeBytes: 2 ** 24 },
    },
    { name: "v5 chosen", idea: "v4 where a channel is small enough, else v3", tuning: chosen },
  ];
}
