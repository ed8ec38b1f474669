import type { ShortProgress } from "./short_training.ts";
import { percent } from "./results.ts";

/** Shows a training as it goes on. */
export interface LiveLine {
  show(progress: ShortProgress): void;
  /** Ends the line. */
  end(): void;
}

/** A line that is written over in a terminal of at least 80 columns; elsewhere a line an epoch. */
export function liveLine(isTerminal: boolean, epochs: number): LiveLine {
  return isTerminal ? overwritten(epochs) : lineAnEpoch(epochs);
}

function overwritten(epochs: number): LiveLine {
  const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  return {
    show(progress) {
      // A line that wraps could not be written over.
      const room = Deno.consoleSize().columns - 3;
      write(`\r\x1b[2K  ${inShort(progress, epochs).slice(0, room)}`);
    },
    end: () => write("\r\x1b[2K"),
  };
}

/** As `batch norm 1/8 loss 2.31 reads 12.3 %, batch renorm ...`. */
function inShort(progress: ShortProgress, epochs: number): string {
  return progress.map(([norm, { loss, epochs: done }]) => {
    const last = done[done.length - 1];
    const reads = last ? ` reads ${percent(last.evalMode.accuracy)}` : "";
    return `${norm} ${done.length}/${epochs} loss ${loss.toFixed(2)}${reads}`;
  }).join(", ");
}

function lineAnEpoch(epochs: number): LiveLine {
  let shown = 0;
  return {
    show(progress) {
      const done = Math.min(...progress.map(([, { epochs }]) => epochs.length));
      if (progress.length < 2 || done === shown) return;
      shown = done;
      const parts = progress.map(([norm, one]) => {
        const { trainingLoss, evalMode } = one.epochs[done - 1];
        return `${norm} loss ${trainingLoss.toFixed(2)}, reads ${percent(evalMode.accuracy)}`;
      });
      console.log(`  epoch ${done} of ${epochs}: ${parts.join("; ")}`);
    },
    end() {},
  };
}
