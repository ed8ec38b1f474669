import * as Plot from "@observablehq/plot";
import { renormCorrection } from "@renorm/core-math";
import { svg, upright } from "@renorm/experiments/charts/plot_svg";
import { sideBySide } from "./side_by_side.ts";
import { byStage, warmupStages } from "./warmup_stages.ts";

const width = 380;
const fine = 96;

/** Without the ends, where those of the axes would meet. */
const evenTicks = [-6, -4, -2, 0, 2, 4, 6];

/** r and d after clipping, for batches that stray ever further from the running statistics. */
export function clippingFigure(): string {
  const r = curves(
    (i) => 2 ** (6 * i / fine - 3),
    (ratio) => correction(0, ratio ** 2, "r"),
  );
  const d = curves(
    (i) => 16 * i / fine - 8,
    (distance) => correction(distance, 1, "d"),
  );
  const log = {
    type: "log",
    base: 2,
    ticks: [1 / 4, 1 / 2, 1, 2, 4],
    tickFormat: ratioText,
  } as const;
  return sideBySide(
    width,
    panel(r, {
      x: { ...log, label: "σ of the batch / running σ", labelOffset: 40 },
      y: { ...log, ...upright, label: "r", grid: true, domain: [1 / 8, 8] },
    }),
    panel(d, {
      x: { label: "(μ of the batch − running μ) / running σ", labelOffset: 40, ticks: evenTicks },
      y: { ...upright, label: "d", grid: true, ticks: evenTicks, domain: [-8, 8] },
    }),
  );
}

interface CurvePoint {
  readonly stage: string;
  readonly x: number;
  readonly y: number;
}

function curves(
  xOf: (i: number) => number,
  clippedAt: (x: number) => (limits: { rmax: number; dmax: number }) => number,
): CurvePoint[] {
  return warmupStages.flatMap(({ name, limits }) =>
    Array.from({ length: fine + 1 }, (_, i) => {
      const x = xOf(i);
      return { stage: name, x, y: clippedAt(x)(limits) };
    })
  );
}

/** What r or d of one channel becomes under limits, where 0 and 1 are the running moments. */
function correction(mean: number, variance: number, name: "r" | "d") {
  const batch = { mean: Float64Array.of(mean), variance: Float64Array.of(variance), m: 2 };
  const running = { runningMean: Float32Array.of(0), runningVar: Float32Array.of(1) };
  return (limits: { rmax: number; dmax: number }) =>
    renormCorrection(batch, running, { ...limits, eps: 1e-12 })[name][0];
}

function panel(points: CurvePoint[], axes: Pick<Plot.PlotOptions, "x" | "y">): string {
  const ends = warmupStages.map(({ name }) => points.findLast(({ stage }) => stage === name)!);
  const open = [points[0].x, points[fine].x].map((x) => ({ x, y: x }));
  return svg({
    ...axes,
    width,
    height: 300,
    marginRight: 92,
    marginBottom: 48,
    marginLeft: 54,
    color: byStage,
    marks: [
      Plot.line(open, { x: "x", y: "y", strokeDasharray: "4 3" }),
      Plot.line(points, { x: "x", y: "y", stroke: "stage", strokeWidth: 2.5 }),
      Plot.text(ends, {
        x: "x",
        y: "y",
        text: "stage",
        textAnchor: "start",
        dx: 6,
      }),
      Plot.text(open.slice(1), {
        x: "x",
        y: "y",
        text: () => "unclipped",
        textAnchor: "start",
        dx: 6,
      }),
    ],
  });
}

function ratioText(ratio: number): string {
  return ratio < 1 ? `1/${1 / ratio}` : String(ratio);
}
