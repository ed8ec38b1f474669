import assert from "node:assert/strict";
import { type LoadedSafetensors, readSafetensors } from "@renorm/convert";
import { bestActions } from "./actor.ts";
import { makeAgent } from "./agent.ts";
import { loadStateDict } from "./load_state_dict.ts";
import { matrix } from "./matrices.ts";
import { defaultSettings } from "./settings.ts";

const fileAt = async (name: string): Promise<LoadedSafetensors> =>
  await readSafetensors(await Deno.readFile(new URL(`testdata/${name}`, import.meta.url)));
const renorm = await fileAt("renorm.safetensors");

const agentOf = (width: number) =>
  makeAgent(
    { states: 3, actions: 1, width },
    defaultSettings.methods["batch renorm"],
    defaultSettings,
    () => 0.5,
  );

Deno.test("a policy under sb3-contrib's names loads, counts of its norms and temperature too", () => {
  const agent = agentOf(6);
  loadStateDict(agent, renorm, "after4.");
  const { values } = renorm.tensors.get("after4.critic.qf1.3.ra_var")!;
  assert.deepEqual(agent.critics[1][1].norm!.runningVar, Float32Array.from(values!));
  assert.equal(agent.critics[1][1].norm!.numBatchesTracked, 5 + 4);
  assert.equal(agent.actor[2].norm!.numBatchesTracked, 5 + 2);
  assert.deepEqual([...agent.logTemperature.value], [
    ...renorm.tensors.get("after4.log_ent_coef")!.values!,
  ]);
  const [action] = bestActions(agent.actor, matrix(1, 3, Float32Array.of(1, 0, 0))).data;
  assert.ok(Math.abs(action) < 1 && action !== 0);
});

Deno.test("a policy of another width, or without norms, is refused by the name that does not fit", async () => {
  assert.throws(() => loadStateDict(agentOf(8), renorm, "before."), TypeError);
  assert.throws(
    () => loadStateDict(agentOf(6), renorm),
    /^TypeError: loadStateDict expects a norm at actor\.latent_pi\.0: got none$/,
  );
  const bare = await fileAt("no_norm.safetensors");
  assert.throws(() => loadStateDict(agentOf(6), bare, "before."), /a norm at before\.actor/);
});
