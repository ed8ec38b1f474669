/** The plan of an operation on one shape: pure arithmetic, no GPU in it. */
import type { ChannelView } from "@renorm/core-math";
import type { KernelName } from "../wgsl/kernels.ts";
import { bindingAlignment, bytesPerValue, type StorageType } from "../tensors/gpu_tensor.ts";
import type { Geometry } from "../wgsl/params.ts";
import type { PackWidth } from "../wgsl/prelude.ts";
import { type Slab, slabsOf } from "./slabs.ts";
import type { Tuning } from "./tuning.ts";

/** What an operation does. */
export type Operation = "forward" | "backward" | "inference";

/** A dispatch of one kernel on one slab. */
export interface Dispatch {
  readonly kernel: KernelName;
  readonly slab: number;
  readonly workgroups: number;
}

/** Slabs with their uniforms and the dispatches to record, in order. */
export interface Plan {
  readonly width: PackWidth;
  readonly slabs: readonly Slab[];
  readonly geometries: readonly Geometry[];
  readonly dispatches: readonly Dispatch[];
  /** Partials that the reduction needs room for. */
  readonly partials: number;
}

/**
 * Packs that a thread takes at most: long sums lose digits, and llvmpipe ends a loop after 65 535
 * turns.
 */
const mostPacksPerLane = 2048;

/** What a pass of its own does with the result of the reduction, or with the running statistics. */
const passes = { forward: "normalize", backward: "inputGradient", inference: "inference" } as const;

/**
 * Plans an operation.
 *
 * @param slabBytes Largest storage binding of the device.
 */
export function planOperation(
  operation: Operation,
  view: ChannelView,
  storage: StorageType,
  tuning: Tuning,
  slabBytes: number,
): Plan {
  const byRows = view.inner === 1;
  const width = (byRows ? view.channels : view.inner) % 4 === 0 ? 4 : 1;
  const bytes = bytesPerValue(storage);
  // A slab starts anywhere in the 256 bytes that its binding is aligned to.
  const limit = Math.floor(slabBytes / bytes) - bindingAlignment;
  const slabs = slabsOf(view, limit, bindingAlignment);
  const [first] = slabs;
  const lanes = byRows ? tuning.rows : tuning.lanes;
  // Workgroups side by side over the packs of a row, and beside each other over channels.
  const columnGroups = Math.ceil(view.channels / width / tuning.columns);
  const groupsOf = ({ channels }: Slab) => byRows ? columnGroups : channels;
  const packsOfChannel = ({ outer, inner }: Slab) => byRows ? outer : outer * inner / width;
  /**
   * How many parts a length is cut into for so many workgroups, none too small and none too large.
   */
  const partsOf = (length: number, groups: number, workgroups: number) => {
    const least = Math.ceil(length / (lanes * mostPacksPerLane));
    const most = Math.floor(length / (lanes * tuning.packsPerLane));
    return Math.max(1, least, Math.min(Math.ceil(workgroups / groups), most));
  };

  const whole = operation !== "inference" && slabs.length === 1 &&
    isWhole(view, width, bytes, tuning);
  // Every slab of a channel is cut into the same number of pieces; those past its end are empty.
  const pieces = whole ? 1 : partsOf(packsOfChannel(first), groupsOf(first), tuning.workgroups);
  const totalPieces = pieces * (Math.max(...slabs.map((slab) => slab.indexInChannel)) + 1);
  const geometries = slabs.map((slab): Geometry => {
    const { outer, channels, indexInChannel, firstChannel } = slab;
    const inner = byRows ? 1 : slab.inner / width;
    // Planes, or the run of all rows, are cut into spans.
    const length = byRows ? outer : inner;
    const groups = byRows ? columnGroups : outer * channels;
    const spanLength = Math.ceil(length / partsOf(length, groups, 4 * tuning.workgroups));
    return {
      outer,
      channels,
      inner,
      base: (slab.start % (bindingAlignment / bytes)) / width,
      firstChannel,
      pieces,
      pieceLength: Math.ceil(packsOfChannel(slab) / pieces),
      firstPiece: indexInChannel * pieces,
      spans: Math.ceil(length / spanLength),
      spanLength,
      totalChannels: view.channels,
      totalPieces,
      m: view.m,
    };
  });

  const kind = byRows ? "Rows" : first.inner / width < lanes ? "Flat" : "Planes";
  const elementwise = geometries.map(({ outer, channels, inner, spans }, slab): Dispatch => ({
    kernel: `${passes[operation]}${kind}`,
    slab,
    workgroups: {
      Rows: columnGroups * spans,
      Flat: Math.ceil(outer * channels * inner / lanes),
      Planes: outer * channels * spans,
    }[kind],
  }));
  const plan = { width, slabs, geometries } as const;
  if (operation === "inference") return { ...plan, dispatches: elementwise, partials: 0 };
  const { channels } = view;
  if (whole) {
    const kernel = `${operation}WholePlanes` as const;
    return { ...plan, dispatches: [{ kernel, slab: 0, workgroups: channels }], partials: 0 };
  }
  const [reduction, merge] = operation === "forward"
    ? ["moments", "mergeMoments"] as const
    : ["gradients", "mergeGradients"] as const;
  const reductions = slabs.map((part, slab): Dispatch => ({
    kernel: `${reduction}${byRows ? "Rows" : "Planes"}`,
    slab,
    workgroups: pieces * groupsOf(part),
  }));
  const dispatches = [
    ...reductions,
    { kernel: merge, slab: 0, workgroups: channels },
    ...elementwise,
  ];
  return { ...plan, dispatches, partials: totalPieces * channels };
}

/** Whether one workgroup per channel goes the whole way in one dispatch. */
function isWhole(
  { channels, inner, m }: ChannelView,
  width: PackWidth,
  bytes: number,
  { wholeFrom, wholeBytes, lanes }: Tuning,
): boolean {
  return wholeFrom > 0 && channels >= wholeFrom && m * bytes <= wholeBytes &&
    inner > 1 && inner / width >= lanes && m / width <= lanes * mostPacksPerLane;
}
