/** An agent: its networks and their optimizers. */
import { adam } from "./adam.ts";
import { type Network, network, parametersOf } from "./network.ts";
import type { NormSettings } from "./norms.ts";
import { type Parameter, parameter } from "./parameter.ts";
import type { Method } from "./settings.ts";

/** How many numbers a state and an action have, and how wide the networks are. */
export interface AgentSizes {
  readonly states: number;
  readonly actions: number;
  readonly width: number;
}

/** What an update changes. */
export interface Agent {
  readonly sizes: AgentSizes;
  readonly method: Method;
  readonly actor: Network;
  readonly critics: readonly Network[];
  /** Copies that follow the critics slowly; null without them. */
  readonly targets: readonly Network[] | null;
  /** Logarithm of the temperature, what entropy is worth. */
  readonly logTemperature: Parameter;
  readonly optimizers: {
    readonly actor: () => void;
    readonly critics: () => void;
    readonly temperature: () => void;
  };
  /** Updates so far. */
  updates: number;
}

/** Draws an agent; its temperature starts at 1. */
export function makeAgent(
  sizes: AgentSizes,
  method: Method,
  norms: NormSettings,
  uniform: () => number,
): Agent {
  const { states, actions, width } = sizes;
  const settings = method.warmsUp ? norms : { ...norms, warmupSteps: 0 };
  const make = (inputs: number, outputs: number) =>
    network([inputs, width, width, outputs], method.norm, settings, uniform);
  const actor = make(states, 2 * actions);
  const critics = [make(states + actions, 1), make(states + actions, 1)];
  const targets = method.targetShare === null ? null : critics.map(() => make(states + actions, 1));
  if (targets) follow(targets, critics, 1);
  const logTemperature = parameter(Float32Array.of(0));
  return {
    sizes,
    method,
    actor,
    critics,
    targets,
    logTemperature,
    optimizers: {
      actor: adam(parametersOf(actor), method),
      critics: adam(critics.flatMap(parametersOf), method),
      temperature: adam([logTemperature], method),
    },
    updates: 0,
  };
}

/** Moves networks toward others by this share of the way. */
export function follow(
  followers: readonly Network[],
  networks: readonly Network[],
  share: number,
): void {
  const leading = networks.flatMap(parametersOf);
  followers.flatMap(parametersOf).forEach(({ value }, p) => {
    const goal = leading[p].value;
    for (let i = 0; i < value.length; i++) value[i] += share * (goal[i] - value[i]);
  });
}
