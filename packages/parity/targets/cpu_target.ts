/** The layers of the CPU under the golden cases: the reference, and those with its names. */
import * as core from "@renorm/core-math";
import type { Layout, Tensor } from "@renorm/core-math";
import type { GoldenCase } from "../golden_case.ts";
import { initialState } from "../initial_state.ts";
import type { CaseLayer, CaseLayerFactory, StepMask, StepOutput } from "../run_case.ts";

/** The six classes. */
export type CpuLayers = Pick<
  typeof core,
  | "BatchNorm1d"
  | "BatchNorm2d"
  | "BatchNorm3d"
  | "BatchRenorm1d"
  | "BatchRenorm2d"
  | "BatchRenorm3d"
>;

/** Makes the layer of the reference for a case. */
export const createCpuLayer: CaseLayerFactory = cpuLayerFactory(core);

/** Makes the layers of cases from the classes of a package. */
export function cpuLayerFactory(classes: CpuLayers): CaseLayerFactory {
  const { BatchNorm1d, BatchNorm2d, BatchNorm3d } = classes;
  const { BatchRenorm1d, BatchRenorm2d, BatchRenorm3d } = classes;
  const layers = {
    batch_norm: [BatchNorm1d, BatchNorm1d, BatchNorm2d, BatchNorm3d],
    batch_renorm: [BatchRenorm1d, BatchRenorm1d, BatchRenorm2d, BatchRenorm3d],
  };
  return (golden, layout) =>
    createLayer(layers[golden.kind][golden.shape.length - 2], golden, layout);
}

function createLayer(
  Layer: typeof core.BatchNorm1d | typeof core.BatchRenorm1d,
  golden: GoldenCase,
  layout: Layout,
): CaseLayer {
  const { numFeatures, ...options } = golden.config;
  const layer = new Layer(numFeatures, { ...options, layout });
  layer.loadStateDict(initialState(golden));
  return {
    step(training: boolean, x: Tensor, dy: Tensor | null, mask?: StepMask): StepOutput {
      const y = layer.train(training).forward(x, { mask }).data;
      const dx = dy && layer.backward(dy).data;
      return {
        y,
        dx,
        dWeight: layer.weightGrad && layer.weightGrad.slice(),
        dBias: layer.biasGrad && layer.biasGrad.slice(),
        runningMean: layer.runningMean && layer.runningMean.slice(),
        runningVar: layer.runningVar && layer.runningVar.slice(),
        numBatchesTracked: layer.numBatchesTracked,
        ...("limits" in layer ? layer.limits : {}),
      };
    },
    close() {},
  };
}
