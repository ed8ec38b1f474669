import assert from "node:assert/strict";
import { fileOf, norm } from "../../testing/checkpoints.ts";
import { convertSafetensors } from "./convert_safetensors.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

const fresh = { mean: [0, 0], variance: [1, 1] };

/** The notes on a file, but for that on eps. */
async function notesOn(tensors: Parameters<typeof fileOf>[0]): Promise<readonly string[]> {
  const { notes = [] } = await convertSafetensors(fileOf(tensors), { eps: 1e-3 });
  return notes;
}

Deno.test("statistics that never moved are named", async () => {
  const notes = await notesOn({ ...norm("a", fresh), ...norm("b") });
  assert.deepEqual(notes, [
    "the statistics of a never moved: no training forward was made, or none was saved",
  ]);
  const zeros = { mean: [0, 0], variance: [0, 0] };
  const many = ["a", "b", "c", "d", "e"].map((path) => norm(path, zeros));
  assert.match((await notesOn(Object.assign({}, ...many)))[0], /of a, b, c and 2 more never moved/);
  assert.deepEqual(await notesOn(norm("a", { mean: [0, 0], variance: [1, 0.5] })), []);
});

Deno.test("a second copy of the model is named, however its names are joined", async () => {
  const copy = /^(ema|model_ema|teacher) is a second copy of the model/;
  for (
    const tensors of [
      { ...norm("model.a"), ...norm("model.b"), ...norm("ema.a"), ...norm("ema.b") },
      { ...norm("a.x"), ...norm("b.x"), ...norm("model_ema.a.x"), ...norm("model_ema.b.x") },
      { ...norm("student.net.1"), ...norm("teacher.net1") },
    ]
  ) {
    const notes = await notesOn(tensors);
    assert.ok(notes.some((note) => copy.test(note)), notes.join());
  }
  assert.deepEqual(await notesOn({ ...norm("layer1.0.bn"), ...norm("layer2.0.bn") }), []);
  assert.deepEqual(await notesOn({ ...norm("teacher.a"), ...norm("b") }), []);
});

Deno.test("an eps that was assumed is said", async () => {
  const { notes } = await convertSafetensors(fileOf(norm("a")));
  assert.deepEqual(notes, ["the file does not say eps: 1e-5 was assumed for 1 layer"]);
});

Deno.test("a batch norm without statistics, and the state of an optimizer after folding, are said", async () => {
  const vector = { shape: [2], values: [1, 1] };
  const alone = { "net.bn2.weight": vector, "net.bn2.bias": vector, "ln.weight": vector };
  assert.deepEqual(await notesOn({ ...norm("a"), ...alone }), [
    "no running statistics of net.bn2: with track_running_stats=False a batch norm takes those of " +
    "each batch",
  ]);
  const weight = { shape: [2, 1], values: [1, 2] };
  const state = { "optimizer.state.0.exp_avg": { ...weight, values: [3, 4] } };
  const file = fileOf({ "fc.weight": weight, ...norm("bn"), ...state });
  const { notes = [] } = await foldSafetensors(file, { eps: 1e-3, pairs: { bn: "fc" } });
  assert.deepEqual(notes, [
    "the state of an optimizer is left, and is that of the weights before folding",
  ]);
  assert.deepEqual((await foldSafetensors(file, { eps: 1e-3 })).notes, []);
});

Deno.test("a weight that is computed from others is not folded, and the way is said", async () => {
  const weight = { shape: [2, 1], values: [1, 2] };
  const ways = [
    { "fc.weight_g": weight, "fc.weight_v": weight },
    { "fc.weight_orig": weight, "fc.weight_u": { shape: [2], values: [1, 1] } },
    {
      "fc.parametrizations.weight.original0": weight,
      "fc.parametrizations.weight.original1": weight,
    },
  ];
  for (const tensors of ways) {
    const { skipped } = await foldSafetensors(fileOf({ ...tensors, ...norm("bn") }), {
      pairs: { bn: "fc" },
    });
    assert.match(skipped[0].reason, /fc computes its weight from others: .*remove_/);
  }
});
