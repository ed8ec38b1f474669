import assert from "node:assert/strict";
import { mt19937 } from "../data/mt19937.ts";
import { batchesInOrder, orders } from "./order.ts";

const showing = { classes: 3, objects: 2, views: 4, rounds: 2 };
const { classes, objects, views, rounds } = showing;
const perRound = classes * objects;
const objectOf = (view: number) => Math.floor(view / views) % perRound;
const classOf = (view: number) => Math.floor(objectOf(view) / objects);
const roundOf = (view: number) => Math.floor(view / views / perRound);

Deno.test("every view is shown once in every order, and the same seed shows the same", () => {
  for (const order of orders) {
    const batches = batchesInOrder(showing, order, 4, mt19937(3));
    const all = Array.from({ length: rounds * perRound * views }, (_, i) => i);
    assert.deepEqual(batches.flat().toSorted((a, b) => a - b), all);
    assert.deepEqual(batchesInOrder(showing, order, 4, mt19937(3)), batches);
    assert.notDeepEqual(batchesInOrder(showing, order, 4, mt19937(4)), batches);
  }
});

Deno.test("object by object, a batch shows one object, and rounds follow each other", () => {
  for (const order of ["object by object", "class by class"] as const) {
    const batches = batchesInOrder(showing, order, 2, mt19937(1));
    for (const batch of batches) assert.equal(new Set(batch.map(objectOf)).size, 1);
    const round = batches.flat().map(roundOf);
    assert.deepEqual(round, round.toSorted((a, b) => a - b));
  }
});

Deno.test("class by class, a round shows all of a class before the next", () => {
  const seen = batchesInOrder(showing, "class by class", 4, mt19937(2)).flat().map(classOf);
  const runs = seen.filter((label, i) => label !== seen[i - 1]);
  assert.ok(runs.length <= classes * rounds && new Set(runs).size === classes);
  const byObject = batchesInOrder(showing, "object by object", 4, mt19937(2)).flat().map(classOf);
  assert.ok(byObject.filter((label, i) => label !== byObject[i - 1]).length > classes * rounds);
});

Deno.test("what fills no batch is left out", () => {
  assert.equal(batchesInOrder(showing, "at random", 5, mt19937(0)).length, 9); // of 48 views
});
