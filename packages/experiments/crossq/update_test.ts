import assert from "node:assert/strict";
import { type LoadedSafetensors, readSafetensors } from "@renorm/convert";
import { type Agent, makeAgent } from "./agent.ts";
import { loadStateDict } from "./load_state_dict.ts";
import { matrix } from "./matrices.ts";
import { type Network, parametersOf } from "./network.ts";
import { compared, defaultSettings } from "./settings.ts";
import { update } from "./update.ts";

/** What the files in testdata hold, made by update.py there. */
const names: Readonly<Record<typeof compared[number], string>> = {
  "batch renorm": "renorm",
  "batch norm": "batch_norm",
  "no norm": "no_norm",
  "SAC": "sac",
};

/** Largest difference, of a value above 1 relative to it. */
const allowed = 1e-5;

/** An agent of these sizes as one of the states in a file has it. */
function agentAt(variant: typeof compared[number], file: LoadedSafetensors, prefix: string): Agent {
  const sizes = { states: 3, actions: 1, width: 6 };
  const settings = { ...defaultSettings, warmupSteps: 0 };
  const agent = makeAgent(sizes, settings.methods[variant], settings, () => NaN);
  loadStateDict(agent, file, prefix);
  return agent;
}

/** Rows of a batch, and updates, in these files. */
const [rows, updates] = [16, 4];

/** All that an update may change, by what it belongs to. */
function valuesOf({ actor, critics, targets, logTemperature }: Agent): Record<string, number[]> {
  const statistics = (network: Network) =>
    network.flatMap(({ norm }) => norm ? [norm.runningMean!, norm.runningVar!] : []);
  const all = (network: Network) =>
    [...parametersOf(network).map(({ value }) => value), ...statistics(network)]
      .flatMap((values) => [...values]);
  return {
    actor: all(actor),
    critics: critics.flatMap(all),
    targets: targets?.flatMap(all) ?? [],
    temperature: [...logTemperature.value],
  };
}

function checkClose(actual: number[], expected: number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  actual.forEach((value, i) => {
    const error = Math.abs(value - expected[i]) / Math.max(1, Math.abs(expected[i]));
    assert.ok(
      error <= allowed || Object.is(value, expected[i]),
      `${what} ${i}: ${value} for ${expected[i]}`,
    );
  });
}

for (const variant of compared) {
  Deno.test(`${variant}: updates agree with PyTorch's to 1e-5`, async () => {
    const path = new URL(`testdata/${names[variant]}.safetensors`, import.meta.url);
    const file = await readSafetensors(await Deno.readFile(path));
    const read = (name: string) => Float32Array.from(file.tensors.get(name)!.values!);
    const batch = {
      states: matrix(rows, 3, read("batch.states")),
      actions: matrix(rows, 1, read("batch.actions")),
      rewards: read("batch.rewards"),
      nextStates: matrix(rows, 3, read("batch.next_states")),
    };
    const noise = read("noise");
    const losses = read("losses");
    const agent = agentAt(variant, file, "before.");
    // The next is the third, so the actor's turn.
    agent.updates = 2;
    for (let i = 0; i < updates; i++) {
      const [nextActions, actions] = [0, rows].map((from) => {
        const start = 2 * rows * i + from;
        return noise.subarray(start, start + rows);
      });
      const { critics, actor } = update(agent, batch, { nextActions, actions }, 0.99);
      // Not a number where it is not the actor's turn, here and there.
      checkClose([critics, actor ?? NaN], [...losses.subarray(2 * i, 2 * i + 2)], `losses ${i}`);
      if (i === 0) checkAgainst("after1.");
    }
    checkAgainst(`after${updates}.`);

    function checkAgainst(prefix: string) {
      const expected = valuesOf(agentAt(variant, file, prefix));
      for (const [part, values] of Object.entries(valuesOf(agent))) {
        checkClose(values, expected[part], `${prefix}${part}`);
      }
    }
  });
}
