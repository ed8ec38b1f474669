import assert from "node:assert/strict";
import { loadTrainingData } from "../digits/training_data.ts";
import { digitsOfClients, divide } from "./clients.ts";

const { train: { labels } } = await loadTrainingData({ holdOut: false });

Deno.test("each client has as many of each of its digits, and no image goes to two", () => {
  const parts = divide(labels, 40, 3);
  assert.equal(parts.length, 10);
  const taken = parts.flat();
  assert.equal(new Set(taken).size, 400);
  parts.forEach((part, client) => {
    const digits = digitsOfClients[client];
    for (const digit of digits) {
      const own = part.filter((index) => labels[index] === digit);
      assert.equal(own.length, 40 / digits.length);
    }
  });
  // All digits are as many, so that the mean over the clients' digits is that over all.
  const counts = digitsOfClients.flatMap((digits) =>
    digits.map((digit) => [digit, 1 / digits.length] as const)
  );
  for (let digit = 0; digit < 10; digit++) {
    const shares = counts.filter(([other]) => other === digit).map(([, share]) => share);
    assert.equal(shares.reduce((sum, share) => sum + share), 1);
  }
});

Deno.test("the seed decides who has which image", () => {
  assert.deepEqual(divide(labels, 20, 1), divide(labels, 20, 1));
  assert.notDeepEqual(divide(labels, 20, 1), divide(labels, 20, 2));
  assert.throws(() => divide(labels, 400, 0), /^RangeError: divide expects 400 images of 0: got 1/);
});
