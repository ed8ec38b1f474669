import assert from "node:assert/strict";
import {
  conv,
  fileOf,
  norm,
  reasonFor,
  type TestTensor,
  valuesOf,
} from "../../testing/checkpoints.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

Deno.test("a guess is made where it is asked for, and said to be one", async () => {
  const named = fileOf({ "conv1.weight": conv, ...norm("bn1") });
  const left = await foldSafetensors(named);
  assert.deepEqual(left.folded, []);
  assert.match(left.skipped[0].reason, /give a pair \(bn1=conv1 would be a guess by their names\)/);
  assert.deepEqual(await valuesOf(left.bytes), await valuesOf(named));
  const guessed = await foldSafetensors(named, { byName: true });
  assert.equal(guessed.folded[0].by, "guess");
  assert.match(String(guessed), /bn1 {2}into conv1 \(a guess\), eps 1e-5 \(assumed\)/);
  assert.match(String(guessed), /1 folded \(1 by a guess\), 0 left/);
});

Deno.test("names that the file contradicts are no guess", async () => {
  const wide = { shape: [4, 2, 1, 1], values: [1, 2, 3, 4, 5, 6, 7, 8] };
  const square = { shape: [2, 2, 1, 1], values: [1, 2, 3, 4] };
  // A network that norms first: in one block the norm fits the input of its convolution alone.
  const first = fileOf({
    ...norm("a.bn1"),
    "a.conv1.weight": square,
    ...norm("b.bn1"),
    "b.conv1.weight": wide,
  });
  const { folded, skipped } = await foldSafetensors(first, { byName: true });
  assert.deepEqual(folded, []);
  assert.match(skipped[0].reason, /b\.bn1 fits only the input side of b\.conv1/);
  const reasons: [Record<string, TestTensor>, RegExp][] = [
    [{ "conv1.weight": square, "fc1.weight": square, ...norm("bn1") }, /both called alike/],
    [{ "0.weight": { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }, ...norm("2") }, /called alike/],
    [{ "embed.weight": { shape: [2, 2], values: [1, 2, 3, 4] }, ...norm("x") }, /called alike/],
    [{ "emb_conv.weight": square, ...norm("emb_bn") }, /is an embedding/],
    [
      { "0.weight": { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] }, ...norm("1") },
      /as an Embedding/,
    ],
    [{ "0.weight": { shape: [2], values: [1, 2] }, ...norm("1") }, /no weight of a convolution/],
    [{ "up.0.weight": square, ...norm("up.1") }, /up\.0 may be transposed by its name/],
  ];
  for (const [tensors, reason] of reasons) {
    assert.match(await reasonFor(tensors, { byName: true }), reason);
  }
  const twice = fileOf({ "conv1.weight": square, ...norm("bn1"), ...norm("norm1") });
  const domains = await foldSafetensors(twice, { byName: true });
  assert.deepEqual(domains.folded, []);
  assert.match(domains.skipped[0].reason, /norm1 has as good a claim on conv1/);
});
