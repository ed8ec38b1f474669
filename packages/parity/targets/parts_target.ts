/** Batches in parts under the golden cases: every step is cut, and must come to the whole. */
import { type Limits, limitsAt, linearWarmup } from "@renorm/schedule";
import type * as core from "@renorm/core-math";
import type { Layout, Tensor } from "@renorm/core-math";
import type { GoldenCase } from "../golden_case.ts";
import type { CaseLayer, CaseLayerFactory, StepOutput } from "../run_case.ts";

/** The verbs of a batch in parts, of core-math or of a package with its names. */
export type PartVerbs =
  & Pick<
    typeof core,
    | "batchNormInference"
    | "batchNormInferenceBackward"
    | "forwardByMoments"
    | "inputGradient"
    | "mergeGradientSums"
    | "mergeMoments"
    | "updateRunningStats"
  >
  & {
    moments(x: Tensor, options?: core.MomentsOptions): core.Moments;
    gradientSums(dy: Tensor, saved: core.SavedForPart): core.GradientSums;
  };

/** Makes the layer of a case, which goes through each batch in parts, one of them empty. */
export function partsFactory(verbs: PartVerbs): CaseLayerFactory {
  return (golden, layout) => new LayerInParts(verbs, golden, layout);
}

interface Config {
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  readonly rmax: number;
  readonly dmax: number;
  readonly warmupSteps: number;
}

class LayerInParts implements CaseLayer {
  readonly #affine: { weight: Float32Array; bias: Float32Array } | null;
  readonly #running: core.RunningStats | null;
  #tracked: number;

  constructor(
    readonly verbs: PartVerbs,
    readonly golden: GoldenCase,
    readonly layout: Layout,
  ) {
    const { affine = true, trackRunningStats = true } = this.#config;
    const { weight, bias, runningMean, runningVar, numBatchesTracked } = golden.initial;
    const vector = (values: readonly number[]) => Float32Array.from(values);
    this.#affine = affine ? { weight: vector(weight), bias: vector(bias) } : null;
    this.#running = trackRunningStats
      ? { runningMean: vector(runningMean), runningVar: vector(runningVar) }
      : null;
    this.#tracked = numBatchesTracked;
  }

  get #config(): Config {
    return this.golden.config as unknown as Config;
  }

  step(training: boolean, x: Tensor, dy: Tensor | null): StepOutput {
    const running = this.#running;
    const limits = this.#limits(training ? 1 : 0);
    const step = training || !running ? this.#train(x, dy, limits) : this.#infer(x, dy, running);
    if (training && running) this.#tracked++;
    return {
      ...step,
      runningMean: running && running.runningMean.slice(),
      runningVar: running && running.runningVar.slice(),
      numBatchesTracked: this.#tracked,
      ...limits,
    };
  }

  close(): void {}

  #limits(steps: number): Limits | null {
    if (this.golden.kind === "batch_norm") return null;
    const { rmax = 3, dmax = 5, warmupSteps = 5000 } = this.#config;
    return limitsAt(linearWarmup({ rmax, dmax, warmupSteps }), this.#tracked + steps);
  }

  #train(x: Tensor, dy: Tensor | null, limits: Limits | null) {
    const { verbs, layout } = this;
    const { eps, momentum = 0.1 } = this.#config;
    const running = this.#running;
    const cut = (tensor: Tensor) => partsOf(tensor);
    const parts = cut(x);
    const batch = parts.map((part) => verbs.moments(part, { layout })).reduce(verbs.mergeMoments);
    const options = { eps, layout, ...running && limits };
    const parameters = { ...this.#affine, ...running };
    const forwards = parts.map((part) => verbs.forwardByMoments(part, batch, parameters, options));
    if (running) {
      const runningVariance = limits ? "biased" : "unbiased";
      const weight = momentum ?? 1 / (this.#tracked + 1);
      verbs.updateRunningStats(running, batch, { momentum: weight, runningVariance });
    }
    const y = joined(forwards.map((forward) => forward.y.data));
    if (!dy) return { y };
    const dys = cut(dy);
    const sums = forwards.map(({ saved }, i) => verbs.gradientSums(dys[i], saved))
      .reduce(verbs.mergeGradientSums);
    const backs = forwards.map(({ saved }, i) => verbs.inputGradient(dys[i], saved, sums));
    const [{ dWeight, dBias }] = backs;
    return { y, dx: joined(backs.map(({ dx }) => dx.data)), dWeight, dBias };
  }

  #infer(x: Tensor, dy: Tensor | null, running: core.RunningStats) {
    const { verbs, layout } = this;
    const parameters = { ...this.#affine, ...running };
    const { y, saved } = verbs.batchNormInference(x, parameters, { eps: this.#config.eps, layout });
    if (!dy) return { y: y.data };
    const { dx, dWeight, dBias } = verbs.batchNormInferenceBackward(dy, saved);
    return { y: y.data, dx: dx.data, dWeight, dBias };
  }
}

/** The samples of a tensor in up to three parts of different sizes, the second one empty. */
function partsOf({ data, shape: [n, ...rest] }: Tensor): Tensor[] {
  const per = data.length / Math.max(1, n);
  const ends = [Math.min(1, n), Math.min(1, n), Math.ceil((n + 1) / 2), n];
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    return { data: data.slice(start * per, end * per), shape: [end - start, ...rest] };
  });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}
