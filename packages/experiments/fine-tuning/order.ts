/** In what order the views of objects are shown. */
import type { Mt19937 } from "../data/mt19937.ts";
import { shuffle } from "../data/shuffled_batches.ts";

/**
 * All views shuffled; or as a person shows things to a browser, the views of an object one after
 * another, the objects shuffled; or that with all objects of a class before those of the next.
 */
export const orders = ["at random", "object by object", "class by class"] as const;

/** One of the orders. */
export type Order = (typeof orders)[number];

/** What is shown: each of `classes · objects` objects in `views` views, in each of the rounds. */
export interface Showing {
  readonly classes: number;
  readonly objects: number;
  readonly views: number;
  readonly rounds: number;
}

/**
 * The batches of a showing, each of neighbours in the order; what fills no batch is left out.
 *
 * @returns indices of views: view v of object o, counted over the classes, in round r is
 * `(r·classes·objects + o)·views + v`
 */
export function batchesInOrder(
  { classes, objects, views, rounds }: Showing,
  order: Order,
  batchSize: number,
  generator: Mt19937,
): number[][] {
  const perRound = classes * objects;
  const shown = range(rounds).flatMap((round) => {
    const groups = order === "class by class"
      ? range(classes).map((label) => range(objects).map((object) => label * objects + object))
      : [range(perRound)];
    shuffle(groups, generator);
    for (const group of groups) shuffle(group, generator);
    return groups.flat().map((object) => round * perRound + object);
  });
  const indices = shown.flatMap((object) => range(views).map((view) => object * views + view));
  if (order === "at random") shuffle(indices, generator);
  return range(Math.floor(indices.length / batchSize)).map((batch) =>
    indices.slice(batch * batchSize, (batch + 1) * batchSize)
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
