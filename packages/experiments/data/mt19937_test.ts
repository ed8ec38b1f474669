import assert from "node:assert/strict";
import { mt19937 } from "./mt19937.ts";

/** First, second and 10000th word of C++ `std::mt19937` (libstdc++), by seed. */
const standardLibrary: readonly (readonly [number, number, number, number])[] = [
  [0, 2357136044, 2546248239, 1543171712],
  [42, 1608637542, 3421126067, 1399405940],
  [5489, 3499211612, 581869302, 4123659995],
  [0xffffffff, 419326371, 479346978, 1117955853],
];

for (const [seed, ...expected] of standardLibrary) {
  Deno.test(`mt19937(${seed}) gives the words of C++ std::mt19937`, () => {
    const generator = mt19937(seed);
    const words = Array.from({ length: 10_000 }, () => generator.nextUint32());
    assert.deepEqual([words[0], words[1], words[9_999]], expected);
  });
}

Deno.test("mt19937() streams do not share state", () => {
  const one = mt19937(42);
  const other = mt19937(42);
  for (let i = 0; i < 1000; i++) one.nextUint32();
  assert.equal(other.nextUint32(), 1608637542);
});

Deno.test("mt19937() refuses a seed that is not a 32-bit integer", () => {
  assert.throws(() => mt19937(0.5), {
    name: "TypeError",
    message: "mt19937 expects an integer seed: got 0.5",
  });
  assert.throws(() => mt19937(NaN), { name: "TypeError" });
  assert.throws(() => mt19937(-1), { name: "RangeError" });
  assert.throws(() => mt19937(2 ** 32), {
    name: "RangeError",
    message: "mt19937 expects a seed in [0, 2^32 - 1]: got 4294967296",
  });
});
