import assert from "node:assert/strict";
import {
  denseWeights,
  first,
  layer,
  modelOf,
  normWeights,
  plain,
} from "../../testing/model_json.ts";
import { convertLayersModel } from "./convert_layers_model.ts";
import { foldLayersModel } from "./fold_layers_model.ts";

Deno.test("a weight is the layer's that its whole name says, through nested models too", () => {
  const norm = layer("BatchNormalization", "bn", { epsilon: 1, scale: false, center: false });
  const { "bn/gamma": _g, "bn/beta": _b, ...statistics } = normWeights("bn");
  const bare = { ...layer("Dense", "d", { ...first.config, use_bias: false }) };
  const others = { "enc/d/bias": [70, 80], ...normWeights("enc/bn") };
  const weights = { "d/kernel": [1, 2, 3, 4], ...statistics, ...others };
  const { json, shards, folded } = foldLayersModel(
    modelOf([bare, norm, layer("Dense", "enc/d"), layer("BatchNormalization", "enc/bn")], weights),
  );
  assert.deepEqual(folded.map(({ path }) => path), ["bn"]);
  const [{ weights: specs }] = json.weightsManifest as [{ weights: { name: string }[] }];
  const names = ["d/kernel", "d/bias", "enc/d/bias", ...Object.keys(normWeights("enc/bn"))];
  assert.deepEqual(specs.map(({ name }) => name), names);
  // Factors 1/√(3+1) and 1/√(8+1); no gamma, beta or bias of another layer.
  const values = [...new Float32Array(shards.get("w.bin")!.buffer.slice(0, 24))];
  assert.deepEqual(values, [1 / 2, 2 / 3, 3 / 2, 4 / 3, -1 / 2, -2 / 3].map(Math.fround));

  const block = (name: string) =>
    structuredClone(layer("Sequential", name, { layers: [first, norm] }));
  const nested = Object.fromEntries(
    ["a", "b"].flatMap((name) =>
      Object.entries({ ...denseWeights, ...statistics }).map(([key, v]) => [`${name}/${key}`, v])
    ),
  );
  const both = foldLayersModel(modelOf([block("a"), block("b")], nested));
  assert.deepEqual(both.folded.map(({ path, into }) => [path, into]), [
    ["a.bn", "a.d"],
    ["b.bn", "b.d"],
  ]);
  const unclear = foldLayersModel(
    modelOf([block("a"), block("b")], { ...denseWeights, ...statistics }),
  );
  assert.deepEqual(unclear.folded, []);
});

Deno.test("a norm within a layer of somebody's own class is reported by the layer's name", () => {
  const block = layer("my>ConvBlock", "block");
  const files = modelOf([first, layer("BatchNormalization", "bn"), block], {
    ...plain,
    "block/norm/moving_mean": [1],
    "block/norm/moving_variance": [1],
  });
  const reason =
    /block\/norm\/moving_mean, block\/norm\/moving_variance: a batch norm that its own/;
  const { converted, skipped } = convertLayersModel(files);
  assert.deepEqual([converted.length, skipped.map(({ path }) => path)], [1, ["block"]]);
  assert.match(skipped[0].reason, reason);
  const folding = foldLayersModel(files);
  assert.deepEqual([folding.folded.length, folding.skipped.map(({ path }) => path)], [1, [
    "block",
  ]]);
  assert.match(folding.skipped[0].reason, reason);

  const nowhere = modelOf([first], { ...plain, "x/bn/moving_mean": [1] });
  assert.deepEqual(convertLayersModel(nowhere).skipped.map(({ path }) => path), [""]);
  assert.match(String(foldLayersModel(nowhere)), /\(root\) {2}! .*it holds .*x\/bn\/moving_mean/);
});
