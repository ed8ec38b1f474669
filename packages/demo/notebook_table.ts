/** The notebook's demo: batch norm and batch renorm on 2 and on 32 samples of noise. */
import { BatchNorm2d, BatchRenorm2d, type Tensor } from "@renorm/wasm-kernels";
import { torchGenerator } from "@renorm/experiments/data/torch_random";

/** What the notebook prints of an output. */
export interface OutputSummary {
  readonly mean: number;
  /** Divided by the number of values. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** A row of the notebook's table. */
export interface NotebookRow extends OutputSummary {
  readonly layer: "batch norm" | "batch renorm";
  readonly samples: number;
}

/**
 * The notebook's own numbers; of the means it shows only batch renorm's, the others are rounding.
 */
export const notebookNumbers: readonly (Omit<NotebookRow, "mean"> & { mean?: number })[] = [
  { layer: "batch norm", samples: 2, std: 0.99999499, min: -4.31804514, max: 4.02839804 },
  { layer: "batch norm", samples: 32, std: 0.99999499, min: -4.58493805, max: 4.67606068 },
  {
    layer: "batch renorm",
    samples: 2,
    mean: -0.01197263,
    std: 1.00208902,
    min: -4.34357071,
    max: 4.0954814,
  },
  {
    layer: "batch renorm",
    samples: 32,
    mean: 0.00009554,
    std: 1.00124168,
    min: -4.58443403,
    max: 4.66275311,
  },
];

/**
 * Computes the notebook's table: 20 warm batches of `[8, 16, 32, 32]`, then 2 and then 32 samples,
 * all in training mode and drawn with `torch.manual_seed(0)` in the notebook's order.
 */
export function notebookTable(): NotebookRow[] {
  const generator = torchGenerator(0);
  const draw = (n: number): Tensor => {
    const shape = [n, 16, 32, 32];
    return { data: generator.randn(n * 16 * 32 * 32), shape };
  };
  const batches = { small: draw(2), big: draw(32) };
  const batchNorm = new BatchNorm2d(16);
  // Any warm-up of up to 1454 steps gives the same numbers: the limits are never reached.
  const batchRenorm = new BatchRenorm2d(16, { rmax: 3, dmax: 5, warmupSteps: 10 });
  for (let i = 0; i < 20; i++) {
    const warm = draw(8);
    batchNorm.forward(warm);
    batchRenorm.forward(warm);
  }
  const row = (layer: NotebookRow["layer"], x: Tensor): NotebookRow => {
    const y = (layer === "batch norm" ? batchNorm : batchRenorm).forward(x);
    return { layer, samples: x.shape[0], ...summarize(y.data) };
  };
  return [
    row("batch norm", batches.small),
    row("batch norm", batches.big),
    row("batch renorm", batches.small),
    row("batch renorm", batches.big),
  ];
}

function summarize(values: Float32Array): OutputSummary {
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length), min, max };
}
