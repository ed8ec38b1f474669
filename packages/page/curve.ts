/** How accurate the networks of a run became, as text: for a link, and as the page keeps one. */
import type { Score } from "@renorm/experiments/training/evaluate";
import { measureEvery, type PageSettings } from "./settings.ts";
import { allSettings, readSetting, writeSetting } from "./settings_text.ts";
import type { Both } from "./training/pair.ts";

type Accuracy = Pick<Score, "accuracy">;

/** The accuracies of both networks at a step. */
export interface CurvePoint {
  readonly step: number;
  readonly readings: Both<{ readonly trainingMode: Accuracy; readonly evalMode: Accuracy }>;
}

/** A run that is over. */
export interface Curve {
  readonly settings: PageSettings;
  readonly points: readonly CurvePoint[];
}

/** Points in a text at most, after the first. */
const mostPoints = 40;

/** An accuracy is two digits of this base: a count of half per cents. */
const base = 36;

/** What no number is written as. */
const none = "zz";

/** The settings, the steps from point to point, and the four accuracies of each. */
export function writeCurve({ settings, points }: Curve): string {
  const whole = points.filter(({ step }) => step % measureEvery === 0);
  const every = Math.max(1, Math.ceil((whole.length - 1) / mostPoints));
  // Of a run that came with a link only so many are known.
  const stride = every * (whole.length > 1 ? whole[1].step : measureEvery);
  const accuracies = whole.filter((_, i) => i % every === 0).flatMap(({ readings }) =>
    readings.flatMap(({ trainingMode, evalMode }) => [trainingMode.accuracy, evalMode.accuracy])
  );
  const digits = accuracies.map((accuracy) =>
    Number.isFinite(accuracy) ? Math.round(200 * accuracy).toString(base).padStart(2, "0") : none
  );
  return [...allSettings.map((name) => writeSetting(settings, name)), stride, digits.join("")]
    .join("_");
}

/** The run of a text; null where it is none that {@linkcode writeCurve} may have written. */
export function readCurve(text: string): Curve | null {
  const parts = text.split("_");
  const digits = parts.at(-1)!;
  const stride = Number(parts.at(-2));
  const values = allSettings.map((name, i) => readSetting(name, parts[i] ?? ""));
  const count = digits.length / 8;
  if (
    parts.length !== allSettings.length + 2 || values.some((value) => typeof value === "object") ||
    !(stride > 0 && stride % measureEvery === 0) || !/^[0-9a-z]+$/.test(digits) ||
    !Number.isInteger(count) || count < 2 || count > mostPoints + 1
  ) return null;
  const settings = Object.fromEntries(allSettings.map((name, i) => [name, values[i]]));
  const accuracyAt = (place: number): Accuracy => {
    const digit = digits.slice(2 * place, 2 * place + 2);
    return { accuracy: digit === none ? NaN : Math.min(1, parseInt(digit, base) / 200) };
  };
  const reading = (place: number) => ({
    trainingMode: accuracyAt(place),
    evalMode: accuracyAt(place + 1),
  });
  const points = Array.from({ length: count }, (_, i): CurvePoint => {
    return { step: i * stride, readings: [reading(4 * i), reading(4 * i + 2)] };
  });
  return { settings: settings as unknown as PageSettings, points };
}
