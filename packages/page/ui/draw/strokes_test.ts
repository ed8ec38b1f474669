import assert from "node:assert/strict";
import { loadDigits } from "@renorm/experiments/data/digits";
import { bitmapOf, countBlocks, extended, type Strokes } from "./strokes.ts";

const size = 32;

/** A ring and a stroke through it, somewhere on the pad and of some size. */
function drawing(left: number, top: number, scale: number): Strokes {
  const ring = Array.from({ length: 25 }, (_, i) => {
    const angle = i / 24 * 2 * Math.PI;
    return {
      x: left + scale * (1 + Math.cos(angle)),
      y: top + scale * (1.5 + 1.5 * Math.sin(angle)),
    };
  });
  return [ring, [{ x: left, y: top + scale }, { x: left + 2 * scale, y: top + 2 * scale }]];
}

/** Rows or columns that hold ink. */
function inked(bitmap: Uint8Array, along: "x" | "y"): number[] {
  const places = [...bitmap.keys()].filter((i) => bitmap[i] === 1);
  return [...new Set(places.map((i) => along === "x" ? i % size : Math.floor(i / size)))]
    .sort((a, b) => a - b);
}

Deno.test("a drawing fills what a digit of the data set fills, wherever it is drawn and how large", () => {
  const bitmap = bitmapOf(drawing(0.1, 0.2, 0.2));
  assert.deepEqual(inked(bitmap, "y"), Array.from({ length: 32 }, (_, i) => i));
  assert.deepEqual(inked(bitmap, "x"), Array.from({ length: 24 }, (_, i) => i + 4));
  const elsewhere = bitmapOf(drawing(0.5, 0.3, 0.08));
  const changed = bitmap.filter((ink, i) => ink !== elsewhere[i]).length;
  assert.ok(changed <= 4, `${changed} dots`);
});

Deno.test("a straight line stays a line, and a point is a dot", () => {
  const upright = bitmapOf([[{ x: 0.5, y: 0.1 }, { x: 0.5, y: 0.9 }]]);
  assert.deepEqual([inked(upright, "y").length, inked(upright, "x").length], [32, 4]);
  const dot = bitmapOf([[{ x: 0.2, y: 0.7 }]]);
  assert.deepEqual([inked(dot, "y"), inked(dot, "x")], [[14, 15, 16, 17], [14, 15, 16, 17]]);
});

Deno.test("a pixel is the share of ink in a block of 4 × 4 dots, row by row", () => {
  const bitmap = new Uint8Array(size ** 2);
  // The whole second block of the first row, and three dots of the last block of all.
  for (const y of [0, 1, 2, 3]) for (const x of [4, 5, 6, 7]) bitmap[y * size + x] = 1;
  for (const x of [28, 29, 31]) bitmap[31 * size + x] = 1;
  const pixels = countBlocks(bitmap);
  assert.equal(pixels.length, 64);
  assert.deepEqual([pixels[1], pixels[63]], [1, 3 / 16]);
  assert.equal(pixels.reduce((sum, share) => sum + share), 1 + 3 / 16);
});

Deno.test("there is about as much ink as in the data set", async () => {
  const { images, labels } = await loadDigits();
  const ink = (digit: number) =>
    [...labels.keys()].filter((i) => labels[i] === digit)
      .map((i) => images.subarray(64 * i, 64 * i + 64).reduce((sum, share) => sum + share));
  const eights = ink(8).sort((a, b) => a - b);
  const drawn = countBlocks(bitmapOf(drawing(0.1, 0.1, 0.2))).reduce((sum, share) => sum + share);
  const [least, most] = [eights[0], eights[eights.length - 1]];
  assert.ok(drawn > least && drawn < most, `${drawn}, the data set ${least} to ${most}`);
});

Deno.test("a further point belongs to the last stroke", () => {
  const [a, b, c] = [0.1, 0.2, 0.3].map((x) => ({ x, y: x }));
  assert.deepEqual(extended([[a], [b]], c), [[a], [b, c]]);
});
