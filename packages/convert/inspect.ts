import { diagnose, type Finding } from "@renorm/core-math";
import { adapterFor } from "./recognise_model.ts";
import type { ModelAdapter } from "./model_adapter.ts";
import type { NormLayer, NormVectors, UnsupportedLayer } from "./norm_layer.ts";
import { printTable, type Row } from "./report_table.ts";
import { neverMoved } from "./norm_statistics.ts";
import { findNormLayers } from "./find_norm_layers.ts";

/** The finite values of a vector from the smallest to the largest. */
export interface ValueRange {
  /** The smallest. */
  readonly least: number;
  /** The largest. */
  readonly most: number;
}

/** A normalisation layer and the state of its statistics. */
export interface InspectedLayer {
  /** Names from the root, with dots between. Empty for a root. */
  readonly path: string;
  /** The layer as its model prints it. */
  readonly text: string;
  /** Why it cannot be converted; null when it can. */
  readonly unsupported: string | null;
  /** Batch norm or batch renorm; null when it is not known. */
  readonly kind: NormLayer["kind"] | null;
  /** Added to a variance under the root. */
  readonly eps: number | null;
  /** Weight of the new batch. */
  readonly momentum: number | null;
  /** Range of the running mean; null where the values are not at hand. */
  readonly runningMean: ValueRange | null;
  /** Range of the running variance. */
  readonly runningVar: ValueRange | null;
  /** Channels whose running variance is at most eps: eps rules them, and noise becomes signal. */
  readonly nearZeroVariance: readonly number[];
  /** Channels with a value that is not finite. */
  readonly notFinite: readonly number[];
  /** Whether the statistics are those that a layer begins with: mean 0, and variance 1 or 0. */
  readonly neverMoved: boolean;
  /**
   * What `diagnose` of `@renorm/core-math` says of them: sentences with the numbers behind them.
   */
  readonly findings: readonly Finding[];
}

/** The normalisation layers of a model. Prints as a table. */
export interface Inspection {
  /** In the model's order. */
  readonly layers: readonly InspectedLayer[];
  /** What else there is to know: what was assumed, what the file holds. */
  readonly notes?: readonly string[];
  /** The table. */
  toString(): string;
}

/**
 * Looks at every batch norm and batch renorm of a model, and changes nothing.
 *
 * @param model A tree of objects, a TensorFlow.js `model.json` or a Keras 3 `config.json`.
 * @param adapter How to read it. Default: recognised by its shape.
 * @returns The layers with options, ranges of their statistics, and channels to look at.
 * @throws {TypeError} For what is no model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inspect } from "@renorm/convert";
 * import { BatchNorm2d } from "@renorm/core-math";
 *
 * const norm = new BatchNorm2d(3);
 * norm.runningVar?.set([1, 0, NaN]);
 * const [layer] = (await inspect({ norm })).layers;
 * assert.deepEqual(layer.nearZeroVariance, [1]);
 * assert.deepEqual(layer.notFinite, [2]);
 * ```
 */
export async function inspect<Node extends object>(
  model: Node,
  adapter: ModelAdapter<Node> = adapterFor(model),
): Promise<Inspection> {
  const layers: InspectedLayer[] = [];
  for (const { path, node, layer } of findNormLayers(model, adapter)) {
    const vectors = "unsupported" in layer ? null : await adapter.vectors(node);
    layers.push(inspectLayer(path, layer, vectors));
  }
  return inspection(layers);
}

/** An inspection that prints itself. */
export function inspection(
  layers: readonly InspectedLayer[],
  notes: readonly string[] = [],
): Inspection {
  return { layers, notes, toString: () => inspectionTable(layers, notes) };
}

function inspectLayer(
  path: string,
  layer: NormLayer | UnsupportedLayer,
  vectors: NormVectors | null,
): InspectedLayer {
  const known = "unsupported" in layer ? null : layer;
  const { runningMean = null, runningVar = null } = vectors ?? {};
  const eps = known?.eps ?? null;
  const all = Object.values(vectors ?? {}).filter((vector) => vector !== null);
  return {
    path,
    text: layer.text,
    unsupported: "unsupported" in layer ? layer.unsupported : null,
    kind: known?.kind ?? null,
    eps,
    momentum: known?.momentum ?? null,
    runningMean: rangeOf(runningMean),
    runningVar: rangeOf(runningVar),
    nearZeroVariance: channelsWhere([runningVar], (value) => value <= Math.fround(eps ?? 0)),
    notFinite: channelsWhere(all, (value) => !Number.isFinite(value)),
    neverMoved: vectors !== null && neverMoved(vectors),
    findings: known && vectors ? findingsOf(path, known, vectors) : [],
  };
}

/** What can be said of a layer from what its model holds. */
function findingsOf(path: string, layer: NormLayer, vectors: NormVectors): readonly Finding[] {
  const { weight, bias, runningMean: running_mean, runningVar: running_var } = vectors;
  const given = Object.entries({ weight, bias, running_mean, running_var })
    .filter(([, vector]) => vector !== null);
  // A broken file is inspected as well.
  if (new Set(given.map(([, vector]) => vector!.length)).size > 1) return [];
  const { momentum, numBatchesTracked: tracked } = layer;
  const isCount = Number.isSafeInteger(tracked) && tracked! >= 0;
  const counts = isCount ? { num_batches_tracked: tracked! } : {};
  const states = { [path]: { ...Object.fromEntries(given), ...counts } };
  return diagnose(states, { eps: Math.min(layer.eps, 1e38), momentum });
}

function rangeOf(values: ArrayLike<number> | null): ValueRange | null {
  let [least, most] = [Infinity, -Infinity];
  for (const value of Array.from(values ?? [])) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least <= most ? { least, most } : null;
}

function channelsWhere(
  vectors: readonly (ArrayLike<number> | null)[],
  holds: (value: number) => boolean,
): number[] {
  const channels = vectors.flatMap((vector) =>
    Array.from(vector ?? []).flatMap((value, channel) => holds(value) ? [channel] : [])
  );
  return [...new Set(channels)].sort((a, b) => a - b);
}

function inspectionTable(layers: readonly InspectedLayer[], notes: readonly string[]): string {
  if (layers.length === 0) {
    return printTable([], notes, "no batch norm, or one folded into the layer before it");
  }
  const norms = layers.length === 1 ? "1 layer" : `${layers.length} layers`;
  return printTable(layers.flatMap(inspectionRows), notes, norms);
}

function inspectionRows(layer: InspectedLayer): Row[] {
  const { path, text, unsupported, runningMean, runningVar, findings } = layer;
  return [
    { path, text },
    ...runningMean ? [{ text: `  running mean ${printRange(runningMean)}` }] : [],
    ...runningVar ? [{ text: `  running variance ${printRange(runningVar)}` }] : [],
    ...findings.map(({ message }) => ({ text: `  ! ${message}` })),
    ...unsupported ? [{ text: `  ! cannot be converted: ${unsupported}` }] : [],
  ];
}

function printRange({ least, most }: ValueRange): string {
  const print = (value: number) => Number(value.toPrecision(4)).toString();
  return `${print(least)} to ${print(most)}`;
}
