import type { Finding } from "@renorm/core-math";
import type { LayerGap } from "./layer_gap.ts";

/** Loss and metrics by name. */
type Measures = Readonly<Record<string, number>> | null;

/** What is printed. */
interface Gap {
  readonly layers: readonly LayerGap[];
  readonly findings: readonly Finding[];
  readonly training: Measures;
  readonly eval: Measures;
}

/**
 * The table of a gap: one row per layer, one line for the loss and for each metric, then what is to
 * be known of single layers and what was found wrong with their statistics.
 */
export function printGap({ layers, findings, training, eval: atEval }: Gap): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const header = ["layer", "mean strays", "deviation strays", "r clipped", "d clipped"];
  const rows = layers.map(({ path, meanStrays, deviationStrays, rClipped, dClipped }) => [
    path,
    meanStrays.toFixed(3),
    deviationStrays.toFixed(3),
    percent(rClipped),
    percent(dClipped),
  ]);
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)));
  const lines = [header, ...rows].map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
  );
  for (const name of Object.keys(training ?? {})) {
    const values = [training, atEval].map((mode) => mode?.[name]?.toFixed(4));
    lines.push(`${name}: ${values[0]} in training mode, ${values[1]} in eval`);
  }
  const found = findings.map(({ layer, message }) => ({ path: layer, text: message }));
  return [...lines, ...byText(notes(layers)), ...byText(found)].join("\n");
}

/** What is said of a layer. */
interface Note {
  readonly path: string;
  readonly text: string;
}

/** Warm-ups under way and frozen layers. */
function notes(layers: readonly LayerGap[]): Note[] {
  return layers.flatMap(({ path, limits, warmup, isFrozen, isStock }) => {
    const found: string[] = [];
    if (warmup && !isFrozen) {
      found.push(
        `warm-up at step ${warmup.step} of ${warmup.steps}: ${printLimits(warmup.limits)} next; ` +
          `this report takes ${printLimits(limits)}, where it ends`,
      );
    }
    if (isFrozen) {
      found.push(
        isStock
          ? "frozen, but TensorFlow.js' own layer moves its averages in training all the same"
          : "frozen: in inference while the model trains, until it is thawed",
      );
    }
    return found.map((text) => ({ text, path }));
  });
}

/** A line a text, after the layers that it is said of. */
function byText(all: readonly Note[]): string[] {
  const texts = [...new Set(all.map(({ text }) => text))];
  return texts.map((text) =>
    `${all.filter((note) => note.text === text).map(({ path }) => path).join(", ")}: ${text}`
  );
}

function printLimits({ rmax, dmax }: LayerGap["limits"]): string {
  const short = (value: number) => Number(value.toPrecision(4));
  return `rmax ${short(rmax)}, dmax ${short(dmax)}`;
}
