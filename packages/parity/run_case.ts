/**
 * Takes a layer through the steps of a golden case. Runs in any runtime: nothing but the language.
 */
import type { Layout, Tensor } from "@renorm/core-math";
import { shapeIn, valuesFrom, valuesIn } from "@renorm/testing/layout";
import type { ComparedArray, GoldenCase, GoldenStep } from "./golden_case.ts";

/** What came out of a step, channels-first; null for what the layer does not have. */
export type StepOutput =
  & Partial<Record<ComparedArray, Float32Array | null>>
  & { readonly numBatchesTracked: number; readonly rmax?: number; readonly dmax?: number };

/** The mask of a step, `[n, ...spatial]`. */
export interface StepMask {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}

/** A layer under test, made for one case and layout. */
export interface CaseLayer {
  /** Runs a forward and, where `dy` is given, a backward; reads back what is to be compared. */
  step(
    training: boolean,
    x: Tensor,
    dy: Tensor | null,
    mask?: StepMask,
  ): StepOutput | Promise<StepOutput>;
  /** Frees what the layer holds. */
  close(): void;
}

/** Makes the layer of a case, with its initial state loaded. */
export type CaseLayerFactory = (
  golden: GoldenCase,
  layout: Layout,
) => CaseLayer | Promise<CaseLayer>;

/** Runs all steps of a case; the outputs come back channels-first whatever the layout. */
export async function runCase(
  golden: GoldenCase,
  layout: Layout,
  createLayer: CaseLayerFactory,
): Promise<StepOutput[]> {
  const { shape, steps } = golden;
  const layer = await createLayer(golden, layout);
  const tensor = (values: readonly number[]): Tensor => ({
    data: valuesIn(layout, values, shape),
    shape: shapeIn(layout, shape),
  });
  const back = (values: Float32Array | null | undefined) =>
    values ? valuesFrom(layout, values, shape) : values ?? null;
  try {
    const outputs: StepOutput[] = [];
    for (const step of steps) {
      const dy = isCompared(step) ? tensor(step.dy) : null;
      const [n, , ...spatial] = shape;
      const mask = step.mask && { data: step.mask, shape: [n, ...spatial] };
      const output = await layer.step(step.training, tensor(step.x), dy, mask);
      outputs.push({ ...output, y: back(output.y), dx: back(output.dx) });
    }
    return outputs;
  } finally {
    layer.close();
  }
}

/** Whether a step has outputs to compare; the others only move the statistics. */
export function isCompared(step: GoldenStep): boolean {
  return step.y !== undefined;
}
