/** The notebook's warm-up at three steps, as the figures of r and d show it. */
import { colours } from "@renorm/experiments/charts/colours";
import { limitsAt, linearWarmup } from "@renorm/schedule";

const schedule = linearWarmup({ rmax: 3, dmax: 5, warmupSteps: 5000 });

/** The limits at the beginning, in the middle and at the end, each with its colour. */
export const warmupStages = ([
  [1, colours["batch norm"]],
  [2500, colours.rmax],
  [5000, colours["batch renorm"]],
] as const).map(([step, colour]) => ({
  name: `step ${step}`,
  colour,
  limits: limitsAt(schedule, step),
}));

/** The colour scale of the stages. */
export const byStage = {
  domain: warmupStages.map(({ name }) => name),
  range: warmupStages.map(({ colour }) => colour),
};
