/** Networks of PyTorch, folded as PyTorch folds them: see testdata/torch/fold_networks.py. */
import assert from "node:assert/strict";
import { valuesOf } from "../../testing/checkpoints.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

const folder = new URL("../../testdata/torch/", import.meta.url);
const read = (name: string) => Deno.readFile(new URL(name, folder));

/** What the script says of a network. */
interface Facts {
  readonly pairs: Readonly<Record<string, string>>;
  readonly transposed: readonly string[];
  readonly eps: Readonly<Record<string, number>>;
  readonly order: readonly string[];
}

const names = [
  ...["resnet", "densenet", "mobilenet_v3", "efficientnet", "unet", "inception", "volumes"],
];

for (const name of names) {
  Deno.test(`pairs fold a network to PyTorch's own weights: ${name}`, async () => {
    const facts: Facts = JSON.parse(new TextDecoder().decode(await read(`${name}.json`)));
    const { pairs, transposed, eps } = facts;
    const file = await read(`${name}.safetensors`);
    const { bytes, folded } = await foldSafetensors(file, { pairs, transposed, eps });
    assert.deepEqual(folded.map(({ path }) => path).sort(), Object.keys(pairs).sort());
    const [values, wanted] = await Promise.all([
      valuesOf(bytes),
      valuesOf(await read(`${name}.folded.safetensors`)),
    ]);
    assert.deepEqual([...values.keys()].sort(), [...wanted.keys()].sort());
    for (const [tensor, expected] of wanted) {
      values.get(tensor)!.forEach((value, i) => {
        // Both were rounded once to float32, from float64 in another order of operations.
        const allowed = 2 ** -22 * Math.abs(expected[i]) + 1e-12;
        assert.ok(Math.abs(value - expected[i]) <= allowed, `${tensor}[${i}]`);
      });
    }
  });

  Deno.test(`no guess by name is wrong: ${name}`, async () => {
    const { pairs }: Facts = JSON.parse(new TextDecoder().decode(await read(`${name}.json`)));
    const file = await read(`${name}.safetensors`);
    const { folded } = await foldSafetensors(file, { byName: true });
    for (const { path, into, by } of folded) {
      assert.deepEqual([by, into], ["guess", pairs[path]]);
    }
    const some = ["mobilenet_v3", "efficientnet", "inception"].includes(name);
    if (some) assert.equal(folded.length, Object.keys(pairs).length);
  });
}

Deno.test("the order of calls of a network says the same as its pairs", async () => {
  for (const name of ["resnet", "mobilenet_v3", "unet", "inception", "volumes"]) {
    const facts: Facts = JSON.parse(new TextDecoder().decode(await read(`${name}.json`)));
    const { pairs, transposed, eps, order } = facts;
    const file = await read(`${name}.safetensors`);
    const wanted = await foldSafetensors(file, { pairs, transposed, eps });
    const { bytes } = await foldSafetensors(file, { like: order, transposed, eps });
    assert.deepEqual(bytes, wanted.bytes, name);
  }
});
