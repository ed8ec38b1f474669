/** One update: the critics, and now and then the actor and the temperature. */
import { mean } from "../training/mean.ts";
import { backThroughActions, drawActions } from "./actor.ts";
import { type Agent, follow } from "./agent.ts";
import { criticsForward, gradientToActions, learnValues } from "./critics.ts";
import { above } from "./matrices.ts";
import type { Batch } from "./replay_buffer.ts";

/** The noise of an update, standard normal, one value an action. */
export interface UpdateNoise {
  readonly nextActions: Float32Array;
  readonly actions: Float32Array;
}

/** The losses of an update; the actor's is null where it was not its turn. */
export interface Losses {
  readonly critics: number;
  readonly actor: number | null;
}

/** Updates an agent by a batch. */
export function update(agent: Agent, batch: Batch, noise: UpdateNoise, discount: number): Losses {
  agent.updates++;
  const temperature = Math.exp(agent.logTemperature.value[0]);
  const critics = updateCritics(agent, batch, noise.nextActions, temperature, discount);
  const isActorsTurn = agent.updates % agent.method.policyDelay === 0;
  return { critics, actor: isActorsTurn ? updateActor(agent, batch, noise, temperature) : null };
}

/**
 * Toward `reward + discount·(min Q(s′, a′) − temperature·ln π(a′|s′))`.
 *
 * CrossQ: (s, a) and (s′, a′) go through the critics as one batch in training mode, so that the
 * norms see the mixture of both. With targets (s′, a′) goes through these.
 */
function updateCritics(
  { actor, critics, targets, optimizers, method }: Agent,
  { states, actions, rewards, nextStates }: Batch,
  noise: Float32Array,
  temperature: number,
  discount: number,
): number {
  const next = drawActions(actor, nextStates, noise, "eval");
  const n = rewards.length;
  const pass = targets
    ? criticsForward(critics, states, actions, "training")
    : criticsForward(critics, above(states, nextStates), above(actions, next.actions), "training");
  const values = targets
    ? criticsForward(targets, nextStates, next.actions, "eval").least
    : pass.least.subarray(n);
  const goals = rewards.map((reward, i) =>
    reward + discount * (values[i] - temperature * next.logDensities[i])
  );
  const loss = learnValues(critics, pass, goals);
  optimizers.critics();
  if (targets) follow(targets, critics, method.targetShare!);
  return loss;
}

/**
 * Along the gradient of `temperature·ln π(a|s) − min Q(s, a)`, and the temperature toward an
 * entropy of minus the number of actions. CrossQ asks the critics in eval mode: actions of the
 * actor alone are another batch than that of their training.
 */
function updateActor(
  { sizes, method, actor, critics, logTemperature, optimizers }: Agent,
  { states }: Batch,
  noise: UpdateNoise,
  temperature: number,
): number {
  const n = states.shape[0];
  const drawn = drawActions(actor, states, noise.actions, "training");
  const pass = criticsForward(critics, states, drawn.actions, method.query);
  const toActions = gradientToActions(critics, pass, sizes.actions);
  toActions.data.forEach((gradient, k) => toActions.data[k] = -gradient);
  backThroughActions(actor, drawn, toActions, temperature / n);
  optimizers.actor();
  const logDensity = mean(drawn.logDensities);
  logTemperature.gradient[0] = sizes.actions - logDensity;
  optimizers.temperature();
  return temperature * logDensity - mean(pass.least);
}
