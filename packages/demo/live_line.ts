import { percent } from "@renorm/terminal/percent";
import type { ShortProgress } from "./short_training.ts";

/** Shows a training as it goes on. */
export interface LiveLine {
  show(progress: ShortProgress): void;
  /** Ends the line. */
  end(): void;
}

/**
 * One line per epoch; in a terminal of at least 80 columns another below them, which is written
 * over, for the epoch that goes on.
 */
export function liveLine(isTerminal: boolean, epochs: number): LiveLine {
  const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  const clear = () => isTerminal ? write("\r\x1b[2K") : 0;
  let shown = 0;
  return {
    show(progress) {
      const done = progress.length < 2
        ? 0
        : Math.min(...progress.map(([, { epochs }]) => epochs.length));
      if (done > shown) {
        clear();
        while (shown < done) console.log(`  ${ofEpoch(progress, ++shown, epochs)}`);
      }
      if (!isTerminal || done === epochs) return;
      // A line that wraps could not be written over.
      clear();
      write(`  ${inShort(progress, epochs)}`.slice(0, Deno.consoleSize().columns - 1));
    },
    end: clear,
  };
}

/** As `epoch 1/8: batch norm loss 1.31, accuracy 12.3 %; batch renorm 1.29, 45.6 %`. */
function ofEpoch(progress: ShortProgress, epoch: number, epochs: number): string {
  const parts = progress.map(([norm, one], i) => {
    const { trainingLoss, evalMode } = one.epochs[epoch - 1];
    const [loss, accuracy] = [trainingLoss.toFixed(2), percent(evalMode.accuracy)];
    return i === 0 ? `${norm} loss ${loss}, accuracy ${accuracy}` : `${norm} ${loss}, ${accuracy}`;
  });
  return `epoch ${epoch}/${epochs}: ${parts.join("; ")}`;
}

/** As `training batch norm: epoch 1/8, loss 2.31; batch renorm: epoch 1/8, loss 2.29`. */
function inShort(progress: ShortProgress, epochs: number): string {
  const parts = progress.map(([norm, { loss, epochs: done }]) =>
    `${norm}: epoch ${Math.min(done.length + 1, epochs)}/${epochs}, loss ${loss.toFixed(2)}`
  );
  return `training ${parts.join("; ")}`;
}
