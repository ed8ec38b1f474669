import type { GoldenCase, GoldenStep } from "../golden_case.ts";
import { countsOf, placesOfChannels } from "./channel_values.ts";
import { type Draw, drawOf } from "./draw.ts";
import { drawShape } from "./draw_shape.ts";
import { drawRegimes, type Regime } from "./draw_values.ts";

/** The inputs of a case that was drawn; its name tells what it is. */
export function drawCase(seed: number, index: number): GoldenCase {
  const draw = drawOf(seed, index);
  const { family, shape } = drawShape(draw);
  const regimes = drawRegimes(draw, shape[1]);
  const kind = draw.one(["batch_norm", "batch_renorm"] as const);
  const config = { numFeatures: shape[1], ...drawConfig(draw, kind) };
  // A step is cheap where its tensors are small.
  const size = shape.reduce((product, length) => product * length, 1);
  const trainings = size > 5000 ? draw.integer(1, 2) : draw.integer(1, 4);
  const dySize = draw.one([1, 1, 1, 1e-4, 1e4]);
  const dyOffset = draw.one([0, 0, 0.1, 10]);
  const step = (training: boolean): GoldenStep => ({
    training,
    x: tensorOf(shape, regimes, draw),
    dy: Array.from({ length: size }, () => Math.fround(dySize * (draw.normal() + dyOffset))),
  });
  const steps = Array.from({ length: trainings }, () => step(true));
  if (draw.chance(0.5)) steps.push(step(false));
  const tag = kind === "batch_norm" ? "bn" : "br";
  return {
    name: `${index} ${tag} ${shape.join("x")}, ${regimes[0].name} (${family})`,
    kind,
    shape,
    config,
    initial: drawInitial(draw, regimes),
    steps,
  };
}

function drawConfig(draw: Draw, kind: GoldenCase["kind"]): Record<string, unknown> {
  const momentum = draw.one([0, 1, 1, 0.1, 0.5, 0.9, 0.99, draw.uniform(0, 1)]);
  const common = {
    eps: draw.one([1e-5, 1e-3, draw.power(-12, 0)]),
    affine: draw.chance(0.85),
  };
  if (kind === "batch_norm") {
    return {
      ...common,
      momentum: draw.chance(0.2) ? null : momentum,
      trackRunningStats: draw.chance(0.9),
    };
  }
  return {
    ...common,
    momentum,
    rmax: draw.one([1, 1 + draw.power(-2, 0), 3, 1e3]),
    dmax: draw.one([0, draw.power(-2, 0), 5, 1e3]),
    warmupSteps: draw.one([0, 1, 4, 100]),
  };
}

/** Parameters, and statistics that are a layer's first, or near the batches, or those of others. */
function drawInitial(draw: Draw, regimes: readonly Regime[]): GoldenCase["initial"] {
  const list = (value: (regime: Regime) => number) =>
    regimes.map((regime) => Math.fround(value(regime)));
  const start = draw.one(["fresh", "near", "other"]);
  return {
    weight: list(() => 1 + 0.3 * draw.normal()),
    bias: list(() => draw.normal()),
    runningMean: list(({ center, deviation }) =>
      start === "fresh"
        ? 0
        : start === "near"
        ? center + 0.3 * deviation * draw.normal()
        : 0.3 * draw.normal()
    ),
    runningVar: list(({ deviation }) =>
      start === "fresh"
        ? 1
        : start === "near"
        ? deviation ** 2 * draw.uniform(0.5, 2)
        : draw.uniform(0.5, 1.5)
    ),
    numBatchesTracked: draw.one([0, 0, 3]),
  };
}

function tensorOf(shape: readonly number[], regimes: readonly Regime[], draw: Draw): number[] {
  const { m } = countsOf(shape);
  const x = new Array<number>(m * regimes.length);
  placesOfChannels(shape).forEach((places, c) => {
    const values = regimes[c].values(draw, m);
    places.forEach((place, i) => x[place] = values[i]);
  });
  return x;
}
