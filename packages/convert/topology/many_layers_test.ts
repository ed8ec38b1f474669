import assert from "node:assert/strict";
import { convertLayersModel } from "../formats/layers_model/convert_layers_model.ts";
import { foldLayersModel } from "../formats/layers_model/fold_layers_model.ts";

const count = 10_000;

/** A functional model of so many dense layers, each with a batch norm on the axis of its rank. */
function manyLayers() {
  const layer = (className: string, name: string, input: string | null, config: object) => ({
    class_name: className,
    config: { name, ...config },
    inbound_nodes: input === null ? [] : [[[input, 0, 0, {}]]],
  });
  const norms = Array.from({ length: count }, (_, i) => `norm${i}`);
  const layers = norms.flatMap((norm, i) => [
    layer("Dense", `dense${i}`, i === 0 ? "input" : norms[i - 1], { units: 1, use_bias: false }),
    layer("BatchNormalization", norm, `dense${i}`, { axis: 2 }),
  ]);
  const input = layer("InputLayer", "input", null, { batch_input_shape: [null, 3, 1] });
  const variables = ["gamma", "beta", "moving_mean", "moving_variance"];
  const weights = norms.flatMap((norm, i) => [
    { name: `dense${i}/kernel`, shape: [1, 1], dtype: "float32" },
    ...variables.map((name) => ({ name: `${norm}/${name}`, shape: [1], dtype: "float32" })),
  ]);
  const config = {
    name: "model",
    layers: [input, ...layers],
    input_layers: [["input", 0, 0]],
    output_layers: [[norms.at(-1), 0, 0]],
  };
  const bytes = new Uint8Array(Float32Array.from(weights, () => 0.5).buffer);
  return {
    json: {
      modelTopology: { class_name: "Functional", config },
      weightsManifest: [{ paths: ["weights.bin"], weights }],
    },
    shards: new Map([["weights.bin", bytes]]),
  };
}

Deno.test("ten thousand batch norms of a functional model are converted and folded in seconds", () => {
  const files = manyLayers();
  const begin = performance.now();
  assert.equal(convertLayersModel(files).converted.length, count);
  const { folded, json } = foldLayersModel(files);
  assert.equal(folded.length, count);
  const { config } = json.modelTopology as {
    config: { layers: unknown[]; output_layers: unknown };
  };
  assert.equal(config.layers.length, count + 1);
  assert.deepEqual(config.output_layers, [[`dense${count - 1}`, 0, 0]]);
  // Two seconds where nothing else runs; a time that grows with the square would be minutes.
  assert.ok(performance.now() - begin < 30_000);
});
