/** Golden cases for float16 storage. */
import type { GoldenCase, GoldenStep } from "./golden_case.ts";
import { type CaseLayerFactory, isCompared, runCase } from "./run_case.ts";

/** The largest float16. */
const largest = 65_504;

/**
 * Whether float16 can hold what a case stores in it: the inputs, and y and dx, which may be larger.
 * Ask it of a case that `inFloat16` made, whose outputs belong to its rounded inputs.
 */
export function fitsFloat16({ steps }: GoldenCase): boolean {
  return steps.every(({ x, dy, y = [], dx = [] }) =>
    [x, dy, y, dx].every((values) => values.every((value) => Math.abs(value) <= largest))
  );
}

/**
 * The case with x and dy rounded to float16, and with the outputs that the CPU reference computes
 * from them: those of the golden file belong to other inputs.
 */
export async function inFloat16(
  golden: GoldenCase,
  createCpuLayer: CaseLayerFactory,
): Promise<GoldenCase> {
  const steps = golden.steps.map((step): GoldenStep => ({
    ...step,
    x: step.x.map(roundToFloat16),
    dy: step.dy.map(roundToFloat16),
  }));
  const rounded = { ...golden, steps };
  const outputs = await runCase(rounded, "channels-first", createCpuLayer);
  return {
    ...rounded,
    steps: steps.map((step, i) => {
      const { y, dx, dWeight, dBias, runningMean, runningVar } = outputs[i];
      if (!isCompared(step)) return step;
      const list = (values: Float32Array | null | undefined) => values ? [...values] : null;
      return {
        ...step,
        y: list(y) ?? [],
        dx: list(dx) ?? [],
        dWeight: list(dWeight),
        dBias: list(dBias),
        runningMean: list(runningMean),
        runningVar: list(runningVar),
      };
    }),
  };
}

/**
 * The nearest float16, ties to even: its spacing is 2^-10 of the power of two below, 2^-24 at
 * least.
 */
export function roundToFloat16(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const spacing = 2 ** (exponent - 10);
  const steps = value / spacing;
  const floor = Math.floor(steps);
  const up = steps - floor > 0.5 || (steps - floor === 0.5 && floor % 2 !== 0);
  return (up ? floor + 1 : floor) * spacing;
}
