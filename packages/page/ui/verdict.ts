/** What the accuracies of a network in both modes say of it, in words. */
import type { CurvePoint } from "../curve.ts";
import type { Texts } from "../texts/en.ts";
import type { Formats } from "../texts/formats.ts";
import type { NetworkIndex } from "./view.ts";

/**
 * Batches, times the weight of each in the running statistics, after which little is left of their
 * start: e^−2.5, a twelfth.
 */
const caughtUp = 2.5;

/** What the accuracies show. */
export type Verdict = Exclude<keyof Texts["verdict"], "none" | "scores">;

/** What a measurement shows of a network whose running statistics have a momentum. */
export function judge(
  { step, readings }: CurvePoint,
  network: NetworkIndex,
  momentum: number,
): Verdict {
  const { trainingMode: { accuracy: training }, evalMode: { accuracy: inference } } =
    readings[network];
  const gap = training - inference;
  if (Number.isNaN(gap)) return "noNumber";
  if (step === 0) return "untrained";
  if (gap >= 0.05 && step * momentum < caughtUp) return "early";
  if (gap >= 0.4) return "relies";
  if (gap >= 0.05) return "leans";
  return inference < 0.6 ? "poor" : "holds";
}

/** Both accuracies, and what they show. */
export function inWords(
  { verdict }: Texts,
  { percent }: Formats,
  point: CurvePoint,
  network: NetworkIndex,
  momentum: number,
): string {
  const { trainingMode, evalMode } = point.readings[network];
  const scores = verdict.scores(percent(trainingMode.accuracy), percent(evalMode.accuracy));
  return `${scores}: ${verdict[judge(point, network, momentum)]}`;
}
