/** What the values of a batch norm say of it. */
import type { NormVectors } from "./norm_layer.ts";

/** Whether the statistics are those that a layer begins with: mean 0, and variance 1 or 0. */
export function neverMoved({ runningMean, runningVar }: NormVectors): boolean {
  if (!runningMean?.length || !runningVar?.length) return false;
  const first = runningVar[0];
  return (first === 0 || first === 1) && isAll(runningMean, 0) && isAll(runningVar, first);
}

/** What a batch norm's values say that whoever folds it should know. */
export function valueNotes(vectors: NormVectors): string[] {
  return neverMoved(vectors) ? ["its statistics never moved"] : [];
}

/** A note that names the layers whose statistics never moved; none where there are none. */
export function neverMovedNotes(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return [
    `the statistics of ${listPaths(paths)} never moved: ` +
    "no training forward was made, or none was saved",
  ];
}

const shownPaths = 3;

/** The first paths of a list, and how many more there are. */
export function listPaths(paths: readonly string[]): string {
  const more = paths.length - shownPaths;
  return `${paths.slice(0, shownPaths).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Why a batch norm of these values is no fixed map of `channels`; null when it is one. */
export function reasonAgainstValues(vectors: NormVectors, channels: number): string | null {
  const { weight, bias, runningMean, runningVar } = vectors;
  if (!runningMean || !runningVar) return "it has no running statistics";
  const all = { "running mean": runningMean, "running variance": runningVar, weight, bias };
  for (const [name, values] of Object.entries(all)) {
    if (!values) continue;
    if (values.length !== channels) {
      return `its ${name} has ${values.length} values for ${channels} channels`;
    }
    const bad = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
    if (bad >= 0) return `its ${name} is ${values[bad]} in channel ${bad}`;
  }
  const below = Array.prototype.findIndex.call(runningVar, (value) => value < 0);
  return below < 0 ? null : `its running variance is ${runningVar[below]} in channel ${below}`;
}

function isAll(values: ArrayLike<number>, wanted: number): boolean {
  return Array.prototype.every.call(values, (value) => value === wanted);
}
