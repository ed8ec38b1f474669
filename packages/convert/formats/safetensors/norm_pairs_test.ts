import assert from "node:assert/strict";
import { conv, fileOf, norm, valuesOf } from "../../testing/checkpoints.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

Deno.test("a pair rules out the guess of another norm, and a layer takes one norm", async () => {
  const square = { shape: [2, 2, 1, 1], values: [1, 2, 3, 4] };
  const file = fileOf({ "conv1.weight": square, ...norm("bn1"), ...norm("bn2") });
  const { folded, skipped } = await foldSafetensors(file, {
    pairs: { bn2: "conv1" },
    byName: true,
  });
  assert.deepEqual(folded.map(({ path, by }) => [path, by]), [["bn2", "pair"]]);
  assert.match(skipped[0].reason, /conv1, which is called alike, takes another batch norm/);
  await assert.rejects(foldSafetensors(file, { pairs: { bn1: "conv1", bn2: "conv1" } }), {
    name: "TypeError",
    message: 'fold expects one batch norm for "conv1": got "bn1" and "bn2"',
  });
});

Deno.test("the order of calls gives pairs, and what stands between is left", async () => {
  const square = { shape: [2, 2, 1, 1], values: [1, 2, 3, 4] };
  const file = fileOf({
    ...norm("stem_norm"),
    ...{ "a.weight": square, ...norm("b") },
    ...{ "c.weight": square, ...norm("d") },
    ...{ "e.weight": square, ...norm("f") },
  });
  const like = ["stem_norm", "a", "b", "relu", "c", "relu", "d", "e", "f", "e"];
  const { folded, skipped } = await foldSafetensors(file, { like });
  assert.deepEqual(folded.map(({ path, into, by }) => [path, into, by]), [["b", "a", "order"]]);
  assert.deepEqual(skipped.map(({ path, reason }) => [path, reason]), [
    ["d", "relu is called before it"],
    ["f", "e is called more than once"],
    ["stem_norm", "nothing is called before it"],
  ]);
});

Deno.test("a topology of the same names gives pairs, eps and what is transposed", async () => {
  const values = [1, 2, 3, 4];
  const file = fileOf({
    "up.weight": { shape: [2, 2, 1, 1], values },
    ...norm("bn"),
    ...norm("x"),
  });
  const layer = (class_name: string, name: string, more: object = {}) => ({
    class_name,
    config: { name, ...more },
  });
  const like = {
    class_name: "Sequential",
    config: {
      layers: [
        layer("Conv2DTranspose", "up", { activation: "linear" }),
        layer("BatchNormalization", "bn", { axis: -1, epsilon: 1 }),
        layer("ReLU", "relu"),
        layer("BatchNormalization", "x"),
      ],
    },
  };
  const { folded, skipped, bytes } = await foldSafetensors(file, { like });
  assert.deepEqual(folded.map(({ eps, epsFrom, by }) => [eps, epsFrom, by]), [[
    1,
    "model",
    "order",
  ]]);
  assert.match(skipped[0].reason, /relu before it is no convolution/);
  // Factors 2/√(3+1) = 1 and 3/√(8+1) = 1: another eps would show.
  assert.deepEqual([...(await valuesOf(bytes)).get("up.weight")!], values);
});

Deno.test("paths may have the prefixes of wrappers, which two copies of a layer keep", async () => {
  const file = fileOf({ "module.a.weight": conv, ...norm("module.b") });
  for (const pairs of [{ b: "a" }, { "module.b": "module.a" }] as Record<string, string>[]) {
    const { bytes } = await foldSafetensors(file, { pairs });
    assert.deepEqual([...(await valuesOf(bytes)).keys()], ["module.a.weight", "module.a.bias"]);
  }
  const both = fileOf({
    "a.weight": conv,
    ...norm("b"),
    "module.a.weight": conv,
    ...norm("module.b"),
  });
  const { folded, skipped } = await foldSafetensors(both, { pairs: { "module.b": "module.a" } });
  assert.deepEqual(folded.map(({ path }) => path), ["module.b"]);
  assert.deepEqual(skipped.map(({ path }) => path), ["b"]);
});

Deno.test("what is wrong in the pairs is said before anything is folded", async () => {
  const file = fileOf({ "stem.weight": conv, ...norm("after") });
  const wrong: [object, string][] = [
    [{ pairs: { after: "stern" } }, 'fold expects pairs of paths in the file: got "stern"'],
    [
      { pairs: { stem: "after" } },
      'fold expects pairs of a batch norm and a layer: got "stem", which has no running mean and ' +
      "variance",
    ],
    [{ pairs: { after: 7 } }, "fold expects pairs of paths in the file: got 7"],
    [{ pairs: "after=stem" }, 'fold expects pairs to be an object of paths: got "after=stem"'],
    [{ like: 3 }, "fold expects like to be paths in the order of calls, or a topology: got 3"],
    [{ like: [3] }, "fold expects like to be a list of paths: got 3"],
    [{ like: ["stem", "before"] }, "fold expects like to name batch norms of the file: got none"],
    [{ transposed: ["x"] }, 'fold expects transposed of paths in the file: got "x"'],
    [{ pairs: new Map() }, "fold expects pairs to be an object of paths: got Map"],
    [{ eps: new Map() }, "convert expects eps to be a number, or numbers by path: got Map"],
    [{ byName: "yes" }, 'fold expects byName to be true or false: got "yes"'],
    [{ transposed: "a" }, 'fold expects transposed to be a list of paths: got "a"'],
    [{ filter: "a" }, 'fold expects filter to be a function: got "a"'],
    [
      { pair: {} },
      'fold expects options among filter, eps, pairs, like, byName, transposed: got "pair"',
    ],
  ];
  for (const [options, message] of wrong) {
    await assert.rejects(foldSafetensors(file, options as never), { name: "TypeError", message });
  }
});
