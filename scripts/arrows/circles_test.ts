import assert from "node:assert/strict";
import { findCircles } from "./circles.ts";

const circlesOf = (graph: Record<string, string[]>) => findCircles(new Map(Object.entries(graph)));

Deno.test("circles are found apart, each with all of its nodes and no other", () => {
  assert.deepEqual(
    circlesOf({ a: ["b"], b: ["c", "d"], c: ["a"], d: ["e"], e: ["f"], f: ["e"], g: ["a"] }),
    [["a", "b", "c"], ["e", "f"]],
  );
});

Deno.test("two circles that share a node are one, and a node that names itself is a circle", () => {
  assert.deepEqual(circlesOf({ a: ["b", "c"], b: ["a"], c: ["a"], d: ["d"] }), [
    ["a", "b", "c"],
    ["d"],
  ]);
});

Deno.test("two ways to one node are no circle", () => {
  assert.deepEqual(circlesOf({ a: ["b", "c"], b: ["d"], c: ["b", "d"], d: ["elsewhere"] }), []);
});
