import assert from "node:assert/strict";
import { conv, fileOf, norm, reasonFor, type TestTensor } from "../../testing/checkpoints.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

Deno.test("what the shape does not tell of a kernel is said, or asked for", async () => {
  const file = (shape: number[]) =>
    fileOf({
      "a.weight": { shape, values: [1, 2, 3, 4, 5, 6].slice(0, shape[0] * 2) },
      ...norm("b"),
    });
  const options = { pairs: { b: "a" }, eps: 1 };
  const square = await foldSafetensors(file([2, 2, 1]), options);
  assert.match(String(square), /axis 0 of \[2, 2, 1\] taken for its outputs/);
  const said = await foldSafetensors(file([2, 2, 1]), { ...options, transposed: ["a"] });
  assert.deepEqual(said.folded[0].notes, []);
  const odd = await foldSafetensors(file([3, 2, 1]), options);
  assert.match(
    odd.skipped[0].reason,
    /has not its 2 channels on axis 0, but on axis 1: is it trans/,
  );
  await assert.rejects(foldSafetensors(file([2, 2, 1]), { transposed: ["a"] }), {
    message: 'fold expects transposed layers that a batch norm goes into: got "a"',
  });
});

Deno.test("only plain layers and norms of finite values are folded", async () => {
  const pairs = { b: "a" };
  const a = { "a.weight": conv };
  const i64 = { shape: [2], values: [1, 2] };
  const kept: [Record<string, TestTensor>, RegExp][] = [
    [{ ...a, "a.scale": i64, ...norm("b") }, /a holds "scale" too/],
    [{ ...a, "a.lora.weight": conv, ...norm("b") }, /a holds "lora" too/],
    [{ ...a, ...norm("b"), "b.weight_u": i64 }, /it holds "weight_u" too/],
    [{ "a.weight_v": conv, ...norm("b") }, /a computes its weight from others/],
    [{ ...a, "a.bias": { shape: [1], values: [1] }, ...norm("b") }, /a\.bias of \[1\] has not/],
    [{ ...a, ...norm("b", { variance: [1, NaN] }) }, /running variance is NaN in channel 1/],
    [{ ...a, ...norm("b", { variance: [-1, 1] }) }, /running variance is -1 in channel 0/],
    [{ ...a, ...norm("b", { mean: [Infinity, 1] }) }, /running mean is Infinity in channel 0/],
    [{ ...a, ...norm("b", { weight: [1, NaN] }) }, /weight is NaN in channel 1/],
    [{ ...a, ...norm("b", { weight: [1, 2, 3] }) }, /2 values in weight/],
    [{ ...a, ...norm("b", { bias: [1e39, 1] }) }, /bias is Infinity in channel 0/],
  ];
  for (const [tensors, reason] of kept) assert.match(await reasonFor(tensors, { pairs }), reason);
  const narrow = {
    "a.weight": { ...conv, dtype: "F16", values: [60000, 1, 1, 1] },
    ...norm("b", { weight: [100, 1], mean: [0, 0], variance: [1, 1] }),
  };
  await assert.rejects(foldSafetensors(fileOf(narrow), { pairs }), {
    name: "ModelFileError",
    message:
      "the file, tensor a.weight: expected values that F16 holds after folding, got a larger one",
  });
});
