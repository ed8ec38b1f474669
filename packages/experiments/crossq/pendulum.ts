/** Gymnasium's Pendulum-v1: a pendulum that is to be swung up and held by a weak motor. */
import type { Random } from "./random.ts";

/** Where the pendulum is: the angle from upright, in radians, and its velocity. */
export interface Pendulum {
  readonly angle: number;
  readonly velocity: number;
}

/** Steps of an episode; it never ends before, so what comes after its last step counts too. */
export const episodeSteps = 200;

/** The most that the motor gives, either way. */
export const maxTorque = 2;

const gravity = 10;
const mass = 1;
const length = 1;
const seconds = 0.05;
const maxVelocity = 8;

/** A start: any angle, and a velocity within ±1. */
export function startPendulum({ uniform }: Random): Pendulum {
  return { angle: Math.PI * (2 * uniform() - 1), velocity: 2 * uniform() - 1 };
}

/** What the agent sees: cosine and sine of the angle, and the velocity. */
export function observe({ angle, velocity }: Pendulum): [number, number, number] {
  return [Math.cos(angle), Math.sin(angle), velocity];
}

/**
 * The next state, by `θ̈ = 3g/(2l)·sin θ + 3/(ml²)·u`, and the reward
 * `−(θ² + 0.1·θ̇² + 0.001·u²)` of the state that is left, its θ within ±π.
 */
export function stepPendulum(
  { angle, velocity }: Pendulum,
  torque: number,
): { readonly next: Pendulum; readonly reward: number } {
  const u = clamp(torque, maxTorque);
  const reward = -(normalized(angle) ** 2 + 0.1 * velocity ** 2 + 0.001 * u ** 2);
  const acceleration = 3 * gravity / (2 * length) * Math.sin(angle) + 3 / (mass * length ** 2) * u;
  const faster = clamp(velocity + acceleration * seconds, maxVelocity);
  return { next: { angle: angle + faster * seconds, velocity: faster }, reward };
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

/** The same angle in [−π, π). */
function normalized(angle: number): number {
  const turn = 2 * Math.PI;
  return angle - turn * Math.floor((angle + Math.PI) / turn);
}
