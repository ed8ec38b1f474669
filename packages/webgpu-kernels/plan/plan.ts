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
  const whole = operation !== "inference" && slabs.length === 1 &&
    isWhole(view, width, bytes, tuning);
  // Every slab of a channel is cut into the same number of pieces; those past its end are empty.
  const pieces = whole ? 1 : reductionPieces(slabs[0], byRows, width, tuning);
  const totalPieces = pieces * (Math.max(...slabs.map((slab) => slab.indexInChannel)) + 1);
  const geometries = slabs.map((slab): Geometry => ({
    outer: slab.outer,
    channels: slab.channels,
    inner: byRows ? 1 : slab.inner / width,
    base: (slab.start % (bindingAlignment / bytes)) / width,
    firstChannel: slab.firstChannel,
    pieces,
    pieceLength: Math.ceil(packsOfChannel(slab, byRows, width) / pieces),
    firstPiece: slab.indexInChannel * pieces,
    ...spansOf(slab, byRows, width, tuning),
    totalChannels: view.channels,
    totalPieces,
    m: view.m,
  }));
  const kind = elementwiseKind(slabs[0], byRows, width, tuning);
  const reduction = operation === "forward" ? "moments" : "gradients";
  const merge = operation === "forward" ? "mergeMoments" : "mergeGradients";
  const pass = { forward: "normalize", backward: "inputGradient", inference: "inference" } as const;
  const elementwise = geometries.map((geometry, slab): Dispatch => ({
    kernel: `${pass[operation]}${kind}`,
    slab,
    workgroups: elementwiseWorkgroups(geometry, kind, width, tuning),
  }));
  const reductions = geometries.map((geometry, slab): Dispatch => ({
    kernel: `${reduction}${byRows ? "Rows" : "Planes"}`,
    slab,
    workgroups: geometry.pieces *
      (byRows ? columnGroups(geometry, width, tuning) : geometry.channels),
  }));
  const wholeKernel = operation === "forward" ? "forwardWholePlanes" : "backwardWholePlanes";
  const dispatches: Dispatch[] = operation === "inference"
    ? elementwise
    : whole
    ? [{ kernel: wholeKernel, slab: 0, workgroups: view.channels }]
    : [...reductions, { kernel: merge, slab: 0, workgroups: view.channels }, ...elementwise];
  const partials = operation === "inference" || whole ? 0 : totalPieces * view.channels;
  return { width, slabs, geometries, dispatches, partials };
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

function packsOfChannel(slab: Slab, byRows: boolean, width: number): number {
  return byRows ? slab.outer : slab.outer * slab.inner / width;
}

/** Pieces of each channel of a slab, so that there are enough workgroups. */
function reductionPieces(slab: Slab, byRows: boolean, width: PackWidth, tuning: Tuning): number {
  const groups = byRows ? columnGroups(slab, width, tuning) : slab.channels;
  const lanes = byRows ? tuning.rows : tuning.lanes;
  return piecesOf(packsOfChannel(slab, byRows, width), groups, tuning.workgroups, lanes, tuning);
}

/**
 * Packs that a thread takes at most. Long sums lose digits, and llvmpipe ends a loop after 65 535 turns.
 */
const mostPacksPerLane = 2048;

/** How many pieces a length is cut into for `workgroups` in all, none too small and none too large. */
function piecesOf(
  length: number,
  groups: number,
  workgroups: number,
  lanes: number,
  { packsPerLane }: Tuning,
): number {
  const least = Math.ceil(length / (lanes * mostPacksPerLane));
  const most = Math.floor(length / (lanes * packsPerLane));
  return Math.max(1, least, Math.min(Math.ceil(workgroups / groups), most));
}

function columnGroups(
  { channels }: { readonly channels: number },
  width: PackWidth,
  { columns }: Tuning,
): number {
  return Math.ceil(channels / width / columns);
}

type ElementwiseKind = "Planes" | "Flat" | "Rows";

function elementwiseKind(
  slab: Slab,
  byRows: boolean,
  width: PackWidth,
  { lanes }: Tuning,
): ElementwiseKind {
  if (byRows) return "Rows";
  return slab.inner / width < lanes ? "Flat" : "Planes";
}

/** Cuts planes, or the run of all rows, into spans, so that there are enough workgroups. */
function spansOf(
  slab: Slab,
  byRows: boolean,
  width: PackWidth,
  tuning: Tuning,
): { spans: number; spanLength: number } {
  const groups = byRows ? columnGroups(slab, width, tuning) : slab.outer * slab.channels;
  const length = byRows ? slab.outer : slab.inner / width;
  const lanes = byRows ? tuning.rows : tuning.lanes;
  const pieces = piecesOf(length, groups, 4 * tuning.workgroups, lanes, tuning);
  const spanLength = Math.ceil(length / pieces);
  return { spans: Math.ceil(length / spanLength), spanLength };
}

function elementwiseWorkgroups(
  { outer, channels, inner, spans }: Geometry,
  kind: ElementwiseKind,
  width: PackWidth,
  tuning: Tuning,
): number {
  if (kind === "Rows") return columnGroups({ channels }, width, tuning) * spans;
  if (kind === "Flat") return Math.ceil(outer * channels * inner / tuning.lanes);
  return outer * channels * spans;
}
