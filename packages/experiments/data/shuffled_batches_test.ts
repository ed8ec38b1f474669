import assert from "node:assert/strict";
import { type Mt19937, mt19937 } from "./mt19937.ts";
import { shuffledBatches } from "./shuffled_batches.ts";

/** A generator that answers with the given words, in order. */
function scripted(...words: number[]): Mt19937 {
  return {
    nextUint32(): number {
      assert.ok(words.length > 0, "more words were drawn than expected");
      return words.shift()!;
    },
  };
}

Deno.test("shuffledBatches() shuffles by Fisher-Yates from the last item down", () => {
  // 3 mod 4 keeps d; 0 mod 3 swaps c and a; 0 mod 2 swaps b and c.
  const batches = shuffledBatches(["a", "b", "c", "d"], 4, scripted(3, 0, 0));
  assert.deepEqual(batches.next().value, ["b", "c", "a", "d"]);
});

Deno.test("shuffledBatches() draws again when a word would favour small integers", () => {
  // 2^32 is 1 more than a multiple of 3, so the largest word is refused.
  const batches = shuffledBatches(["a", "b", "c"], 3, scripted(0xffffffff, 2, 1));
  assert.deepEqual(batches.next().value, ["a", "b", "c"]);
});

Deno.test("shuffledBatches() makes every order of three items about equally often", () => {
  const batches = shuffledBatches(["a", "b", "c"], 3, mt19937(1));
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = batches.next().value.join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  // Five standard deviations of a count are 5 · sqrt(6000 · 1/6 · 5/6) = 144.
  for (const [order, count] of counts) {
    assert.ok(Math.abs(count - 1000) < 144, `${order}: ${count}`);
  }
});

Deno.test("shuffledBatches() shows no item twice in an epoch and leaves out the rest", () => {
  const items = Array.from({ length: 10 }, (_, i) => i);
  const batches = shuffledBatches(items, 3, mt19937(0));
  for (let epoch = 0; epoch < 20; epoch++) {
    const drawn = [batches, batches, batches].flatMap((source) => source.next().value);
    assert.equal(drawn.length, 9);
    assert.equal(new Set(drawn).size, 9);
  }
  assert.deepEqual(items, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("shuffledBatches() refuses a batch size at the call, before any draw", () => {
  const draw = (batchSize: number) => () => shuffledBatches([1, 2, 3], batchSize, scripted());
  assert.throws(draw(1.5), {
    name: "TypeError",
    message: "shuffledBatches expects an integer batch size: got 1.5",
  });
  assert.throws(draw(0), { name: "RangeError" });
  assert.throws(draw(4), {
    name: "RangeError",
    message: "shuffledBatches expects a batch size from 1 to the 3 items: got 4",
  });
});
