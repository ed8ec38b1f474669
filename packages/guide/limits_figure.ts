import { addLegend } from "@renorm/experiments/charts/chart_legend";
import { colours } from "@renorm/experiments/charts/colours";
import { svg, upright } from "@renorm/experiments/charts/plot_svg";
import * as Plot from "@observablehq/plot";
import { limitsAt, linearWarmup, paperSchedule, stepAfter } from "@renorm/schedule";

const presets = [
  { name: "linearWarmup()", schedule: linearWarmup(), colour: colours["batch norm"] },
  { name: "paperSchedule()", schedule: paperSchedule(), colour: colours["batch renorm"] },
  { name: "stepAfter(15000)", schedule: stepAfter(15_000), colour: colours.rmax },
];
const lastStep = 45_000;

/** rmax and dmax over the steps for three schedules. */
export function limitsFigure(): string {
  const points = presets.flatMap(({ name, schedule }) =>
    // One step before and after each multiple, so that a jump is upright.
    Array.from({ length: lastStep / 1000 + 1 }, (_, i) => [1000 * i, 1000 * i + 1]).flat()
      .flatMap((step) =>
        (["rmax", "dmax"] as const).map((limit) => ({
          name,
          step,
          limit,
          value: limitsAt(schedule, step)[limit],
        }))
      )
  );
  const channels = { x: "step", y: "value", fx: "limit", stroke: "name" };
  return addLegend(
    svg({
      height: 290,
      marginBottom: 48,
      marginTop: 60,
      x: {
        label: "training forward",
        labelOffset: 40,
        domain: [0, lastStep],
        ticks: [5000, 15_000, 25_000, 40_000],
        tickFormat: groupThousands,
      },
      y: { ...upright, label: "limit", grid: true, domain: [0, 5.4], ticks: 5 },
      fx: { label: null, domain: ["rmax", "dmax"], padding: 0.1 },
      color: {
        domain: presets.map(({ name }) => name),
        range: presets.map(({ colour }) => colour),
      },
      marks: [Plot.ruleY([0]), Plot.line(points, { ...channels, strokeWidth: 2.5 })],
    }),
    presets.map(({ name, colour }) => [name, colour] as const),
  );
}

function groupThousands(step: number): string {
  return String(step).replace(/(\d)(\d{3})$/, "$1\u00a0$2");
}
