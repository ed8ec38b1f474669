/** The CPU reference under the golden cases. */
import {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
  type Layout,
  type Tensor,
} from "@renorm/core-math";
import type { GoldenCase } from "../golden_case.ts";
import { initialState } from "../initial_state.ts";
import type { CaseLayer, StepOutput } from "../run_case.ts";

const layers = {
  batch_norm: [BatchNorm1d, BatchNorm1d, BatchNorm2d, BatchNorm3d],
  batch_renorm: [BatchRenorm1d, BatchRenorm1d, BatchRenorm2d, BatchRenorm3d],
};

/** Makes the CPU layer of a case. */
export function createCpuLayer(golden: GoldenCase, layout: Layout): CaseLayer {
  const { numFeatures, ...options } = golden.config;
  const Layer = layers[golden.kind][golden.shape.length - 2];
  const layer = new Layer(numFeatures, { ...options, layout });
  layer.loadStateDict(initialState(golden));
  return {
    step(training: boolean, x: Tensor, dy: Tensor | null): StepOutput {
      const y = layer.train(training).forward(x).data;
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
