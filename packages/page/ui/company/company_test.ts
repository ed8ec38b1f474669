import assert from "node:assert/strict";
import { mt19937 } from "@renorm/experiments/data/mt19937";
import { toldBy } from "../answers/told.ts";
import { companyKinds, drawCompany, joinedBy, testDigits } from "./company.ts";

const words = mt19937(1);
const random = () => words.nextUint32() / 2 ** 32;

/** Forty images, of which ten are learned from; each digit has three that are not. */
const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 10);
const images = testDigits(labels, 10);

Deno.test("the company is drawn from images that are not learned from, each once, by its kind", () => {
  for (let i = 0; i < 200; i++) {
    const image = 10 + i % 30;
    for (const kind of companyKinds) {
      if (kind === "same") continue;
      const drawn = drawCompany(kind, image, labels[image], images, random);
      assert.equal(new Set([image, ...drawn]).size, 4);
      assert.ok(drawn.every((index) => index >= 10 && labels[index] !== labels[image]));
      assert.equal(new Set(drawn.map((index) => labels[index])).size, kind === "other" ? 1 : 3);
    }
  }
});

Deno.test("of the same digit there are other images", () => {
  const four = testDigits(Uint8Array.from({ length: 50 }, (_, i) => i % 10), 10);
  for (let i = 0; i < 50; i++) {
    const drawn = drawCompany("same", 17, 7, four, random);
    assert.deepEqual(drawn.toSorted(), [27, 37, 47]);
  }
});

Deno.test("who joins takes the place of the one that was there longest", () => {
  assert.deepEqual(joinedBy([1, 2, 3], 4), [2, 3, 4]);
});

Deno.test("the most probable digit is told, and none where the probabilities are no numbers", () => {
  const probabilities = new Float32Array(10).fill(0.05).with(6, 0.5);
  assert.deepEqual(toldBy(probabilities), { digit: 6, share: 0.5 });
  assert.equal(toldBy(new Float32Array(10).fill(NaN)).digit, null);
});
