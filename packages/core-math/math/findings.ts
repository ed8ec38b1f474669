/** What the numbers of a layer say, each as a finding. */
import type { Limits } from "@renorm/schedule";
import type { FloatArray } from "../tensor.ts";
import { merged } from "./merge_moments.ts";
import type { Moments } from "./moments.ts";
import { correctionOf, type Statistics } from "./renorm_correction.ts";

/** What may be wrong with a layer. */
export type FindingCode =
  | "not-finite"
  | "never-moved"
  | "variance-near-eps"
  | "statistics-still-cold"
  | "skipped-updates"
  | "gap"
  | "beyond-limits";

/** Something that is wrong with the statistics of a layer. */
export interface Finding {
  /** The name of the layer's state. */
  readonly layer: string;
  /** What it is, for programs. */
  readonly code: FindingCode;
  /** A sentence that says what is wrong, with the number, and what would help. */
  readonly message: string;
  /**
   * The number behind it: channels that are not finite, batches counted by a layer that never
   * moved, the smallest variance, the start's weight, updates skipped, the gap in running
   * deviations, the share beyond the limits.
   */
  readonly value: number;
  /** The channels that it is about, where it is not about all. */
  readonly channels?: readonly number[];
}

/** What is known of a layer. */
export interface LayerFacts {
  readonly layer: string;
  /** Parameters and statistics by their keys. */
  readonly vectors: Readonly<Partial<Record<string, Float64Array>>>;
  /** Null where nothing is tracked. */
  readonly running: Statistics | null;
  /** Training forwards; undefined where they are not counted. */
  readonly tracked: number | undefined;
  readonly eps: number;
  readonly momentum: number | null;
  readonly skippedUpdates: number;
  /** Those that the schedule leads to; null where there are none. */
  readonly limits: Limits | null;
  /** Moments of the data, by batch. */
  readonly batches: readonly Moments[];
}

/** From which number on each is a finding. */
const thresholds = { epsTimes: 10, weightOfStart: 0.01, gap: 0.2, shareBeyond: 0.01 };

/** All findings of a layer. */
export function findingsOf(facts: LayerFacts): Finding[] {
  return [notFinite, neverMoved, varianceNearEps, stillCold, skips, gap, beyondLimits]
    .flatMap((find) => find(facts))
    .map((finding) => ({ layer: facts.layer, ...finding }));
}

type Found = Omit<Finding, "layer">[];

function notFinite({ vectors }: LayerFacts): Found {
  // What is behind a variance below 0 is NaN.
  const isBad = (key: string, value: number) =>
    !Number.isFinite(value) || key === "running_var" && value < 0;
  const bad = Object.entries(vectors).flatMap(([key, values]) =>
    channelsWhere(values!, (value) => isBad(key, value)).map((c) => ({ key, c }))
  );
  if (bad.length === 0) return [];
  const channels = [...new Set(bad.map(({ c }) => c))].sort((a, b) => a - b);
  const keys = [...new Set(bad.map(({ key }) => key))].join(" and ");
  const message =
    `Not finite, or a variance below 0: ${keys} in ${
      listChannels(channels)
    }; what is behind the layer is ` +
    "lost, so load an earlier checkpoint, or reset the channels and recalibrate.";
  return [{ code: "not-finite", value: channels.length, channels, message }];
}

function neverMoved({ running, tracked = 0 }: LayerFacts): Found {
  if (!running || !hasNeverMoved(running)) return [];
  const why = tracked > 0
    ? `${tracked} batches were counted, but none was taken in`
    : "no training forward was made, or none was saved";
  const message = `Its statistics never moved: ${why}; train it, or recalibrate over data.`;
  return [{ code: "never-moved", value: tracked, message }];
}

/** Whether statistics are those that a layer begins with: mean 0, and variance 1 or 0. */
function hasNeverMoved({ runningMean, runningVar }: Statistics): boolean {
  const first = runningVar[0];
  return (first === 0 || first === 1) && isAll(runningVar, first) && isAll(runningMean, 0);
}

function varianceNearEps({ running, eps }: LayerFacts): Found {
  if (!running || hasNeverMoved(running)) return [];
  const { runningVar } = running;
  const isNear = (value: number) => value >= 0 && value < thresholds.epsTimes * eps;
  const channels = channelsWhere(runningVar, isNear);
  if (channels.length === 0) return [];
  const value = channels.reduce((least, c) => Math.min(least, runningVar[c]), Infinity);
  const share = 100 * eps / (eps + value);
  const message =
    `Variance near zero in ${listChannels(channels)}, at least ${short(value)} beside ` +
    `an eps of ${short(eps)}, which is ${share.toFixed(0)} % of what is under the root: the ` +
    "channels are dead or nearly constant, and noise there becomes signal; prune them, or raise eps.";
  return [{ code: "variance-near-eps", value, channels, message }];
}

function stillCold({ running, tracked = 0, momentum }: LayerFacts): Found {
  // What was set by hand or never moved is no matter of momentum.
  if (!running || tracked === 0 || momentum === null || hasNeverMoved(running)) return [];
  const value = (1 - momentum) ** tracked;
  if (value <= thresholds.weightOfStart) return [];
  const steps = Math.ceil(Math.log(thresholds.weightOfStart) / Math.log1p(-momentum));
  const more = Number.isFinite(steps) ? `train ${steps - tracked} steps more, ` : "";
  const message = `After ${tracked} steps at momentum ${short(momentum)} its start still weighs ` +
    `${(100 * value).toFixed(0)} % in the statistics: ${more}raise the momentum, or recalibrate.`;
  return [{ code: "statistics-still-cold", value, message }];
}

function skips({ skippedUpdates: value }: LayerFacts): Found {
  if (value === 0) return [];
  const message =
    `${value} updates of a channel were skipped, since the batch was not finite there: ` +
    "look for NaN in the data, or lower the learning rate.";
  return [{ code: "skipped-updates", value, message }];
}

const open: Limits = { rmax: Infinity, dmax: Infinity };

/** r and d of a channel, unclipped. */
interface Stray {
  readonly r: number;
  readonly d: number;
}

/** Those of all channels where they are finite. */
function strays({ running, eps }: LayerFacts, moments: Moments): Stray[] {
  const { r, d } = correctionOf(moments, running!, open, eps);
  return Array.from(r, (r, c) => ({ r, d: d[c] }))
    .filter(({ r, d }) => Number.isFinite(r) && Number.isFinite(d));
}

function gap(facts: LayerFacts): Found {
  const filled = facts.batches.filter(({ m }) => m > 0);
  if (!facts.running || filled.length === 0) return [];
  const pooled = filled.reduce(merged);
  // A single value has no deviation.
  if (pooled.m === 1) return [];
  const all = strays(facts, pooled);
  // Squares of the largest numbers would not be finite.
  const norm = (of: (stray: Stray) => number) =>
    all.reduce((sum, stray) => Math.hypot(sum, of(stray)), 0);
  const rms = (of: (stray: Stray) => number) =>
    Math.min(norm(of), Number.MAX_VALUE) / Math.sqrt(Math.max(1, all.length));
  const [means, deviations] = [rms(({ d }) => d), rms(({ r }) => r - 1)];
  const value = Math.max(means, deviations);
  if (value <= thresholds.gap) return [];
  const message =
    `The data's means are ${short(means)} running deviations from the running means, ` +
    `and its deviations off by ${short(100 * deviations)} %: training and inference differ; ` +
    "recalibrate over this data.";
  return [{ code: "gap", value, message }];
}

function beyondLimits(facts: LayerFacts): Found {
  const { limits, running, batches } = facts;
  if (!limits || !running) return [];
  const { rmax, dmax } = limits;
  // A batch of one value is not normalised by r and d.
  const all = batches.filter(({ m }) => m > 1).flatMap((moments) => strays(facts, moments));
  const beyond = all.filter(({ r, d }) => r > rmax || r < 1 / rmax || Math.abs(d) > dmax);
  const value = beyond.length / Math.max(1, all.length);
  if (value <= thresholds.shareBeyond) return [];
  const message =
    `${(100 * value).toFixed(0)} % of r and d are beyond rmax ${short(rmax)} and dmax ` +
    `${short(dmax)}, where the limits end: these are clipped; recalibrate, raise the limits, or ` +
    "take larger batches.";
  return [{ code: "beyond-limits", value, message }];
}

function isAll(values: FloatArray, wanted: number): boolean {
  return channelsWhere(values, (value) => value !== wanted).length === 0;
}

function channelsWhere(values: FloatArray, holds: (value: number) => boolean): number[] {
  return Array.from(values.keys()).filter((c) => holds(values[c]));
}

function listChannels(channels: readonly number[]): string {
  const shown = channels.slice(0, 8).join(", ");
  const noun = channels.length === 1 ? "channel" : "channels";
  return `${noun} ${shown}${channels.length > 8 ? ` and ${channels.length - 8} more` : ""}`;
}

/** A number in four digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
