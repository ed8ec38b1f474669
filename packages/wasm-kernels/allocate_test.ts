import assert from "node:assert/strict";
import { allocate, BatchRenorm2d, type Layout, type Tensor } from "./mod.ts";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";

const random = seededRandom(5);

/** A training step into tensors of the caller's. */
function step(layout: Layout, tensors: readonly Tensor[]): Tensor[] {
  const [x, y, dy, dx] = tensors;
  const layer = new BatchRenorm2d(4, { layout, warmupSteps: 0 });
  layer.forward(x, { out: y });
  layer.backward(dy, { out: dx });
  return [y, dx];
}

for (const layout of ["channels-first", "channels-last"] as const) {
  const shape = layout === "channels-last" ? [3, 9, 15, 4] : [3, 4, 9, 15];

  Deno.test(`tensors in place, elsewhere and mixed give the same bits, ${layout}`, () => {
    const given = [0, 1, 2, 3].map(() => randomTensor(shape, random));
    const [y, dx] = step(layout, given.map(({ data }) => ({ data: data.slice(), shape })));
    for (let places = 0; places < 16; places++) {
      const tensors = given.map(({ data }, i) => {
        const tensor = places & 1 << i ? allocate(shape) : { data: data.slice(), shape };
        tensor.data.set(data);
        return tensor;
      });
      const results = step(layout, tensors);
      assert.deepEqual(results.map(({ data }) => data), [y.data, dx.data], `places ${places}`);
      assert.deepEqual(tensors[0].data, given[0].data, "x is as it was");
      assert.deepEqual(tensors[2].data, given[2].data, "dy is as it was");
    }
  });

  Deno.test(`dx may be written over dy, in place and elsewhere, ${layout}`, () => {
    const [x, dy] = [randomTensor(shape, random), randomTensor(shape, random)];
    const expected = step(
      layout,
      [x, x, dy, dy].map(({ data }) => ({ data: data.slice(), shape })),
    );
    for (const inPlace of [false, true]) {
      const over = inPlace ? allocate(shape) : randomTensor(shape, random);
      over.data.set(dy.data);
      const [, dx] = step(layout, [x, { data: x.data.slice(), shape }, over, over]);
      assert.deepEqual(dx.data, expected[1].data);
    }
  });
}

Deno.test("tensors of two memories give the same bits", () => {
  const shape = [2, 4, 20, 20];
  const given = [0, 1, 2, 3].map(() => randomTensor(shape, random));
  const expected = step("channels-first", given.map(({ data }) => ({ data: data.slice(), shape })));
  const tensors = given.map(({ data }, i) => {
    const tensor = allocate(shape);
    tensor.data.set(data);
    // Too large for what is left: the next tensor lies elsewhere.
    if (i % 2 === 0) allocate([1, 1, 2 ** 24]);
    return tensor;
  });
  assert.notEqual(tensors[0].data.buffer, tensors[2].data.buffer);
  const results = step("channels-first", tensors);
  assert.deepEqual(results.map(({ data }) => data), expected.map(({ data }) => data));
});

Deno.test("four tensors that are larger than those before lie in one memory", () => {
  for (const rows of [5000, 6000]) {
    const four = [0, 1, 2, 3].map(() => allocate([1, 1, rows, 4096]).data.buffer);
    assert.equal(new Set(four).size, 1);
    allocate([1, 3]);
  }
});

Deno.test("no two tensors overlap, and their arrays live on when others come", () => {
  const tensors = Array.from({ length: 9 }, () => allocate([1, 1, 4096, 7000]));
  const memories = Map.groupBy(tensors, ({ data }) => data.buffer);
  assert.ok(memories.size > 1 && memories.size < tensors.length, `${memories.size} memories`);
  for (const together of memories.values()) {
    const ranges = together.map(({ data }) => [data.byteOffset, data.byteLength]);
    ranges.sort(([a], [b]) => a - b).reduce((end, [start, length]) => {
      assert.ok(start >= end);
      return start + length;
    }, 0);
  }
  assert.ok(tensors.every(({ data, shape }) => data.length === shape[2] * shape[3]));
});

Deno.test("a tensor has zeros, and a shape of its own", () => {
  const shape = [2, 3];
  const tensor = allocate(shape);
  shape[0] = 9;
  assert.deepEqual(tensor, { data: new Float32Array(6), shape: [2, 3] });
  assert.throws(() => allocate([4]), /^TypeError: allocate expects a shape of 2 to 5 integers/);
  assert.throws(
    () => allocate([2 ** 20, 2 ** 20]),
    /^RangeError: allocate expects a shape of fewer/,
  );
});

Deno.test("a tensor of no values may be the first of all, and the first after a refusal", () => {
  const empty = { data: new Float32Array(0), shape: [0, 3] };
  assert.throws(() => allocate([2 ** 20, 2 ** 20]), RangeError);
  assert.deepEqual(allocate([0, 3]), empty);
  assert.deepEqual(allocate([0, 3]), empty);
});
