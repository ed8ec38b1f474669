import process from "node:process";
import { drawActions } from "./actor.ts";
import { type Agent, makeAgent } from "./agent.ts";
import { evaluate } from "./evaluate.ts";
import { episodeSteps, maxTorque, observe, startPendulum, stepPendulum } from "./pendulum.ts";
import { type Random, randomOf } from "./random.ts";
import { drawBatch, rows, type Transition } from "./replay_buffer.ts";
import type { CrossqSettings, Run } from "./settings.ts";
import { update } from "./update.ts";

/** What was measured after so many steps. */
export interface Evaluation {
  readonly step: number;
  /** The mean return of some episodes. */
  readonly return: number;
}

/** A finished run. */
export interface RunResult {
  readonly run: Run;
  readonly settings: CrossqSettings;
  readonly evaluations: readonly Evaluation[];
  /** By the clock. */
  readonly seconds: number;
  /** Of the processor in this process, so of this run where it is the only one. */
  readonly processorSeconds: number;
  /** The day, as 2026-11-25. */
  readonly date: string;
}

/** How far a run is. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** The latest return that was measured. */
  readonly return: number;
}

/** Trains an agent; the same run and settings give the same numbers. */
export function train(
  run: Run,
  settings: CrossqSettings,
  report: (progress: Progress) => void = () => {},
): RunResult {
  const began = performance.now();
  const used = process.cpuUsage();
  const { steps, randomSteps, width, batchSize, discount, evaluateEvery } = settings;
  const random = randomOf(run.seed);
  const sizes = { states: 3, actions: 1, width };
  const agent = makeAgent(sizes, settings.methods[run.variant], settings, random.start.uniform);
  const transitions: Transition[] = [];
  const evaluations: Evaluation[] = [];
  let pendulum = startPendulum(random.acting);
  for (let step = 1; step <= steps; step++) {
    const state = observe(pendulum);
    const action = [act(agent, state, step <= randomSteps, random.acting)];
    const { next, reward } = stepPendulum(pendulum, maxTorque * action[0]);
    transitions.push({ state, action, reward, nextState: observe(next) });
    pendulum = step % episodeSteps === 0 ? startPendulum(random.acting) : next;
    if (step > randomSteps) {
      const batch = drawBatch(transitions, batchSize, random.batches);
      const noise = {
        nextActions: random.noise.normal(batchSize),
        actions: random.noise.normal(batchSize),
      };
      update(agent, batch, noise, discount);
    }
    if (step % evaluateEvery === 0) {
      const mean = evaluate(agent.actor, settings.evaluationEpisodes, random.evaluation);
      evaluations.push({ step, return: mean });
      report({ step, steps, return: mean });
    }
  }
  const { user, system } = process.cpuUsage(used);
  return {
    run,
    settings,
    evaluations,
    seconds: (performance.now() - began) / 1000,
    processorSeconds: (user + system) / 1e6,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** The next action: any at all, or one that the actor draws in eval mode. */
function act(agent: Agent, state: number[], isRandom: boolean, random: Random): number {
  if (isRandom) return 2 * random.uniform() - 1;
  return drawActions(agent.actor, rows([state]), random.normal(1), "eval").actions.data[0];
}
