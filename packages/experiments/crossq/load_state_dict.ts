/** Loads an agent from the state dict of a CrossQ policy of sb3-contrib, or of SAC. */
import type { LoadedSafetensors } from "@renorm/convert";
import type { Agent } from "./agent.ts";
import type { Network } from "./network.ts";

/**
 * Copies the parameters and running statistics in, in place. Of the actor the last dense layer is
 * `mu` above `log_std`; the temperature is `log_ent_coef` where that is there.
 *
 * @param prefix what stands before the names, as `policy.`
 * @throws {TypeError} for a tensor that is missing or has another size; some may be loaded then
 */
export function loadStateDict(agent: Agent, file: LoadedSafetensors, prefix = ""): void {
  loadNetwork(agent.actor, file, `${prefix}actor.latent_pi`, [
    `${prefix}actor.mu`,
    `${prefix}actor.log_std`,
  ]);
  agent.critics.forEach((critic, c) => loadNetwork(critic, file, `${prefix}critic.qf${c}`));
  agent.targets?.forEach((target, c) => loadNetwork(target, file, `${prefix}critic_target.qf${c}`));
  const temperature = file.tensors.get(`${prefix}log_ent_coef`)?.values;
  if (temperature) agent.logTemperature.value.set(temperature);
}

/**
 * A network at the path of an `nn.Sequential` of norm, Linear and ReLU by turns.
 *
 * @param last the paths of the last Linear where it is not in there
 */
function loadNetwork(
  network: Network,
  { tensors, norms }: LoadedSafetensors,
  path: string,
  last?: readonly string[],
): void {
  const copy = (target: Float32Array, names: readonly string[]) => {
    const values = names.flatMap((name) => [...tensors.get(name)?.values ?? []]);
    if (values.length !== target.length) {
      const wanted = `${target.length} values in ${names.join(" and ")}`;
      throw new TypeError(`loadStateDict expects ${wanted}: got ${values.length}`);
    }
    target.set(values);
  };
  let index = 0;
  network.forEach(({ norm, dense }, i) => {
    if (norm) {
      const place = `${path}.${index++}`;
      const kept = norms.get(place);
      if (!kept) throw new TypeError(`loadStateDict expects a norm at ${place}: got none`);
      norm.loadStateDict(kept.state);
    }
    const own = `${path}.${index}`;
    const places = i === network.length - 1 && last ? last : [own];
    copy(dense.weight.value, places.map((place) => `${place}.weight`));
    copy(dense.bias.value, places.map((place) => `${place}.bias`));
    // The dense layer, and the ReLU after it.
    index += 2;
  });
}
