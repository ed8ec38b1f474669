/**
 * Counts the buffers that jax-js holds, so that a test can tell that none is left. jax-js has no
 * count to read: its backends keep every buffer in a `Map`, beside the number of its references.
 */
interface Slot {
  readonly ref: number;
}

let live = 0;

function isSlot(value: unknown): value is Slot {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "ref") &&
    typeof (value as Slot).ref === "number";
}

const { set, delete: remove } = Map.prototype;
Map.prototype.set = function (key: unknown, value: unknown) {
  if (isSlot(value)) live++;
  return set.call(this, key, value);
};
Map.prototype.delete = function (key: unknown) {
  if (isSlot(this.get(key))) live--;
  return remove.call(this, key);
};

/** How many more buffers there are after `repeats` runs than before them, caches warmed up. */
export async function buffersLeft(run: () => Promise<void>, repeats = 5): Promise<number> {
  for (let i = 0; i < 2; i++) await run();
  const before = live;
  for (let i = 0; i < repeats; i++) await run();
  return live - before;
}
