import type { Schedule } from "@renorm/schedule";
import { expects, readFields, show } from "@renorm/schedule/checks";
import { readList, readRecord } from "./checks/list.ts";
import { checkOptions } from "./checks/options.ts";
import { readMoments } from "./checks/parameters.ts";
import { readCount, readNumbers } from "./checks/state_values.ts";
import type { LoadableStateDict } from "./layers/state_dict.ts";
import { stepLimits } from "./layers/step_limits.ts";
import { findingsOf } from "./math/findings.ts";
import type { Finding, LayerFacts } from "./math/findings.ts";
import type { Moments } from "./math/moments.ts";

/** What a state does not say of its layer. */
export interface LayerSettings {
  /** Added to a variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Weight of the new batch; null is the average over all batches. Default 0.1. */
  momentum?: number | null;
  /** Where the limits of r end; without this, `dmax` and a schedule they are not looked at. */
  rmax?: number;
  /** Where the limits of d end. */
  dmax?: number;
  /** The limits' schedule instead: its last limits are taken. */
  schedule?: Schedule;
}

/** The same for one layer, with what was measured of it. */
export interface DiagnosedLayer extends LayerSettings {
  /** Updates that the layer left out: `layer.skippedUpdates`. */
  skippedUpdates?: number;
  /** The moments of some data before the layer, of one batch or of several. */
  moments?: Moments | readonly Moments[];
}

/** Options of {@linkcode diagnose}. */
export interface DiagnoseOptions extends LayerSettings {
  /** What is different in single layers, by the names of the states. */
  layers?: Readonly<Record<string, DiagnosedLayer>>;
}

const settingNames = ["eps", "momentum", "rmax", "dmax", "schedule"];

/**
 * Says what is wrong with the running statistics of a model, and what would help. Pure: it looks at
 * states and touches no layer.
 *
 * - `not-finite`: a channel has NaN or infinity, in its statistics or parameters, or a variance
 *   below 0.
 * - `never-moved`: the statistics are those of a new layer, mean 0 and variance 1 (or 0).
 * - `variance-near-eps`: a variance below `10·eps`, whose inverse root eps changes by 5 % or more.
 * - `statistics-still-cold`: after the counted steps the start still weighs
 *   `(1 − momentum)^steps > 0.01`.
 * - `skipped-updates`: batches that were not finite left no trace.
 * - `gap`: the pooled moments of the data are more than 0.2 running deviations from the statistics,
 *   as the RMS over channels of d, or of r − 1, both unclipped.
 * - `beyond-limits`: more than 1 % of the r and d of the data's batches are beyond the last limits.
 *
 * @param states State dicts by name, in the order in which findings come.
 * @param options What the states do not say, for all layers or for single ones. Defaults: eps 1e-5,
 * momentum 0.1.
 * @returns The findings, none for a sound model.
 * @throws {TypeError} For malformed states, moments or options, and for layers that have no state.
 * @throws {RangeError} For option values out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm2d, diagnose } from "@renorm/core-math";
 *
 * const stem = new BatchNorm2d(2);
 * stem.forward({ data: Float32Array.from({ length: 16 }, (_, i) => i), shape: [2, 2, 2, 2] });
 * const [finding] = diagnose({ stem: stem.stateDict() });
 * assert.equal(finding.code, "statistics-still-cold");
 * assert.equal(finding.value, 0.9); // of the start is left after one step
 * assert.match(finding.message, /recalibrate/);
 * ```
 */
export function diagnose(
  states: Readonly<Record<string, LoadableStateDict>>,
  options: DiagnoseOptions = {},
): Finding[] {
  const owner = "diagnose";
  const nullable = ["momentum"];
  const { layers = {}, ...all } = checkOptions(
    owner,
    options,
    [...settingNames, "layers"],
    nullable,
  );
  const named = readRecord(owner, "states to be an object of state dicts", states);
  // As a map, since a name may be that of what every object inherits.
  const given = new Map(readRecord(owner, "layers to be an object", layers));
  const names = named.map(([name]) => name);
  const unknown = [...given.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(expects(owner, `layers among ${names.join(", ")}`, show(unknown)));
  }
  const layerNames = [...settingNames, "skippedUpdates", "moments"];
  const facts = named.map(([name, state]) => {
    const own = checkOptions<DiagnosedLayer>(owner, given.get(name) ?? {}, layerNames, nullable);
    return readFacts(owner, name, state, { ...all, ...own });
  });
  return facts.flatMap(findingsOf);
}

/** What is known of a layer, read once. */
function readFacts(
  owner: string,
  layer: string,
  state: unknown,
  given: DiagnosedLayer,
): LayerFacts {
  const { eps = 1e-5, momentum = 0.1, skippedUpdates = 0, rmax, dmax, schedule } = given;
  const keys = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"] as const;
  const { num_batches_tracked, ...fields } = readFields(owner, `state ${layer}`, state, keys);
  let channels: number | undefined;
  const vectors = Object.entries(fields).filter(([, vector]) => vector !== null);
  const read: Partial<Record<string, Float64Array>> = {};
  for (const [key, vector] of vectors) {
    const values = readNumbers(owner, `state ${layer}.${key}`, vector, channels);
    channels = values.length;
    read[key] = values;
  }
  const { running_mean: mean, running_var: variance } = read;
  const isLimited = [rmax, dmax, schedule].some((limit) => limit !== undefined);
  const ofLimits = schedule ? { schedule } : { rmax: rmax ?? 3, dmax: dmax ?? 5, warmupSteps: 0 };
  return {
    layer,
    vectors: read,
    running: mean && variance ? { runningMean: mean, runningVar: variance } : null,
    tracked: readCount(owner, "num_batches_tracked", num_batches_tracked),
    limits: isLimited ? stepLimits(owner, ofLimits).limitsAt(Number.MAX_SAFE_INTEGER) : null,
    batches: readBatches(owner, given.moments, channels),
    ...{ eps, momentum, skippedUpdates },
  };
}

function readBatches(owner: string, given: unknown, channels?: number): Moments[] {
  if (given === undefined) return [];
  const list = Array.isArray(given) ? readList(owner, "moments to be an array", given) : [given];
  return list.map((moments, i) => readMoments(owner, `moments[${i}]`, moments, channels));
}
