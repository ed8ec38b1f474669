import { bestActions } from "./actor.ts";
import type { Network } from "./network.ts";
import { episodeSteps, maxTorque, observe, startPendulum, stepPendulum } from "./pendulum.ts";
import type { Random } from "./random.ts";
import { rows } from "./replay_buffer.ts";

/** The mean return of whole episodes in which the actor does what it thinks best. */
export function evaluate(actor: Network, episodes: number, random: Random): number {
  let pendulums = Array.from({ length: episodes }, () => startPendulum(random));
  let sum = 0;
  for (let step = 0; step < episodeSteps; step++) {
    const actions = bestActions(actor, rows(pendulums.map(observe)));
    pendulums = pendulums.map((pendulum, i) => {
      const { next, reward } = stepPendulum(pendulum, maxTorque * actions.data[i]);
      sum += reward;
      return next;
    });
  }
  return sum / episodes;
}
