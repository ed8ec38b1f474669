import assert from "node:assert/strict";
import { moments } from "@renorm/core-math";
import { fc } from "@renorm/testing/fast_check";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const layers = renormLayers(tf);
const { aggregateWeights, batchRenormalization, freezeBatchNorm, getRenormSteps } = layers;

/** A dense layer between norms of two classes, in a nested model. */
function makeModel(): tf.Sequential {
  const inner = tf.sequential({
    name: "inner",
    layers: [
      batchRenormalization({ inputShape: [3], name: "renorm" }),
      tf.layers.dense({ units: 2, name: "dense" }),
    ],
  });
  const model = tf.sequential();
  model.add(inner);
  model.add(tf.layers.batchNormalization({ name: "norm" }));
  return model;
}

const structure = makeModel();
const { length } = structure.getWeights();
const shapes = structure.getWeights().map(({ shape }) => shape);
/** γ, β of renorm; kernel, bias; γ, β of norm; statistics of renorm, and of norm. */
const [means, variances] = [[6, 8], [7, 9]];
const parameters = [0, 1, 4, 5];

interface RandomClient {
  readonly weights: Float32Array[];
  readonly steps: { readonly "inner.renorm": number };
  readonly samples: number;
}

/** Clients whose weights are drawn from a seed. */
const randomClients = fc.array(
  fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    samples: fc.integer({ min: 1, max: 5000 }),
    step: fc.integer({ min: 0, max: 9000 }),
  }),
  { minLength: 2, maxLength: 6 },
).map((list) =>
  list.map(({ seed, samples, step }): RandomClient => {
    const random = seededRandom(seed);
    const weights = shapes.map((shape, i) => {
      const { data } = randomTensor(shape, random, { shift: seed % 7, scale: 1.5 });
      return variances.includes(i) ? data.map((value) => 0.1 + value ** 2) : data;
    });
    return { weights, steps: { "inner.renorm": step }, samples };
  })
);

type Policy = "pool" | "average" | "local" | "fixed";
const anyPolicy = fc.constantFrom<Policy>("pool", "average", "local", "fixed");

const together = (clients: readonly RandomClient[], norms: Policy) =>
  aggregateWeights(clients, clients.map(({ samples }) => samples), { norms, model: structure });

type Weights = Awaited<ReturnType<typeof together>>["weights"];

/** Asserts 1e-6 of what a weight's values are about. */
function assertSame(weights: Weights, expected: Weights) {
  assert.equal(weights.length, expected.length);
  expected.forEach((values, i) => {
    if (!values) return assert.equal(weights[i], null);
    const unit = Math.max(1, ...values.map(Math.abs));
    values.forEach((value, j) => {
      assert.ok(Math.abs(weights[i]![j] - value) <= 1e-6 * unit, `weight ${i}[${j}]`);
    });
  });
}

Deno.test("grouping and order of clients change nothing beyond rounding", async () => {
  await fc.assert(
    fc.asyncProperty(randomClients, anyPolicy, fc.nat(), async (clients, norms, seed) => {
      const whole = await together(clients, norms);
      const order = fc.sample(fc.shuffledSubarray(clients, { minLength: clients.length }), {
        ...{ seed, numRuns: 1 },
      })[0];
      const shuffled = await together(order, norms);
      assertSame(shuffled.weights, whole.weights);
      assert.deepEqual(shuffled.steps, whole.steps);
      const cut = 1 + seed % (clients.length - 1);
      const halves = [clients.slice(0, cut), clients.slice(cut)];
      const parts = await Promise.all(halves.map((part) => together(part, norms)));
      const nested = await aggregateWeights(parts, parts.map(({ samples }) => samples), {
        ...{ norms, model: structure },
      });
      assertSame(nested.weights, whole.weights);
      assert.deepEqual([nested.steps, nested.samples], [whole.steps, whole.samples]);
    }),
    { numRuns: 40 },
  );
});

Deno.test("pooled statistics are those of all clients' values together", async () => {
  const random = seededRandom(8);
  const values = randomTensor([40, 3], random, { shift: 4, scale: 2 });
  const cuts = [0, 3, 17, 40];
  const clients = cuts.slice(1).map((end, i) => {
    const data = values.data.slice(3 * cuts[i], 3 * end);
    const { mean, variance } = moments({ data, shape: [end - cuts[i], 3] });
    const weights: (Float32Array | Float64Array)[] = shapes.map((shape) =>
      new Float32Array(tf.util.sizeFromShape(shape))
    );
    [weights[means[0]], weights[variances[0]]] = [mean, variance];
    return { weights };
  });
  const samples = cuts.slice(1).map((end, i) => end - cuts[i]);
  const expected = moments(values);
  const options = { model: structure };
  const pooled = await aggregateWeights(clients, samples, options);
  const averaged = await aggregateWeights(clients, samples, { norms: "average", ...options });
  expected.mean.forEach((mean, c) => {
    assert.ok(Math.abs(pooled.weights[means[0]]![c] - mean) < 1e-6 * Math.abs(mean));
    const variance = expected.variance[c];
    assert.ok(Math.abs(pooled.weights[variances[0]]![c] - variance) < 1e-6 * variance);
    assert.ok(averaged.weights[variances[0]]![c] < 0.999 * variance);
  });
  assert.deepEqual(averaged.weights[means[0]], pooled.weights[means[0]]);
});

Deno.test("each policy averages, pools or leaves alone what it says, and the step goes with the statistics", async () => {
  const clients: RandomClient[] = [1, 2].map((k) => ({
    weights: shapes.map((shape) => new Float32Array(tf.util.sizeFromShape(shape)).fill(k)),
    steps: { "inner.renorm": 100 * k },
    samples: k,
  }));
  for (const norms of ["pool", "average", "local", "fixed"] as const) {
    const { weights, steps } = await together(clients, norms);
    const isAlone = (i: number) =>
      norms === "local" && parameters.includes(i) ||
      (norms === "local" || norms === "fixed") && [...means, ...variances].includes(i);
    weights.forEach((values, i) => {
      if (isAlone(i)) return assert.equal(values, null, `weight ${i} by ${norms}`);
      // Means 1 and 2 with shares 1/3 and 2/3 spread by 2/9.
      const expected = 5 / 3 + (norms === "pool" && variances.includes(i) ? 2 / 9 : 0);
      assert.ok(values!.every((value) => Math.abs(value - expected) < 1e-6));
    });
    const areLeft = norms === "local" || norms === "fixed";
    assert.deepEqual(steps, areLeft ? {} : { "inner.renorm": 200 });
  }
});

Deno.test("models are clients, whichever of their layers are frozen, and take what comes of them", async () => {
  const [a, b, server] = [makeModel(), makeModel(), makeModel()];
  [a, b].forEach((model, k) => {
    model.setWeights(shapes.map((shape) => tf.fill(shape, k + 1)));
    layers.setRenormSteps(model, 10 * (k + 1));
  });
  const message = {
    weights: await Promise.all(b.getWeights().map((weight) => weight.array())),
    steps: getRenormSteps(b),
  };
  const expected = await aggregateWeights([a, b], [1, 3]);
  const tensors = tf.memory().numTensors;
  assertSame((await aggregateWeights([a, message], [1, 3])).weights, expected.weights);
  const lists = [a, b].map((model) => model.getWeights());
  assertSame((await aggregateWeights(lists, [1, 3], { model: server })).weights, expected.weights);
  // Frozen norms come last in getWeights().
  freezeBatchNorm(b);
  assert.notDeepEqual(b.getWeights().map(({ shape }) => shape), shapes);
  const round = await aggregateWeights([a, b], [1, 3]);
  assertSame(round.weights, expected.weights);
  for (const model of [server, b]) {
    round.applyTo(model);
    assert.deepEqual(getRenormSteps(model), { "inner.renorm": 20 });
  }
  assert.equal(tf.memory().numTensors, tensors);
  assertSame(server.getWeights().map((w) => w.dataSync<"float32">()), expected.weights);
  freezeBatchNorm(b, false);
  assertSame(b.getWeights().map((w) => w.dataSync<"float32">()), expected.weights);
});

Deno.test("what the policy leaves alone stays as each client has it", async () => {
  const clients = [1, 2].map((k) => {
    const model = makeModel();
    model.setWeights(shapes.map((shape) => tf.fill(shape, k)));
    return model;
  });
  const round = await aggregateWeights(clients, [1, 1], { norms: "local" });
  clients.forEach((model, k) => {
    round.applyTo(model);
    model.getWeights().forEach((weight, i) => {
      const isOfNorm = [...parameters, ...means, ...variances].includes(i);
      assert.ok(weight.dataSync().every((value) => value === (isOfNorm ? k + 1 : 1.5)));
    });
  });
});

Deno.test("a client without samples counts nothing, not even its NaN or its step", async () => {
  const clients = [3, NaN].map((value) => ({
    weights: shapes.map((shape) => new Float32Array(tf.util.sizeFromShape(shape)).fill(value)),
    steps: { "inner.renorm": value === 3 ? 5 : 50 },
  }));
  const { weights, steps } = await aggregateWeights(clients, [4, 0], { model: structure });
  assert.ok(weights.every((values) => values!.every((value) => value === 3)));
  assert.deepEqual(steps, { "inner.renorm": 5 });
});

Deno.test("what is wrong is named, and a model that does not fit stays as it is", async () => {
  const right = shapes.map((shape) => new Float32Array(tf.util.sizeFromShape(shape)));
  const withOne = (i: number, values: unknown) => right.with(i, values as typeof right[0]);
  const model = structure;
  const wrong: [unknown[], RegExp][] = [
    [[model, [1]], /clients to be an array of at least one: got /],
    [[[], []], /clients to be an array of at least one: got \[\]/],
    [[[right], [1]], /a model among the clients, or options.model, .*: got neither/],
    [[[right], [1, 2], { model }], /samples to be a count for each of 1 clients: got 2 of them/],
    [[[right], [1.5], { model }], /^RangeError: .*samples to be integers of at least 0: got 1.5/],
    [[[right], [0], { model }], /^RangeError: .*a client with samples: got 0 from each/],
    [[[right.slice(1)], [1], { model }], /client 0 to have the model's 10 weights: got 9/],
    [[[withOne(1, null)], [1], { model }], /weight 1 of client 0 to be a tensor or .*: got null/],
    [[[withOne(1, [1, 2])], [1], { model }], /weight 1 of client 0 to have 3 values, .*: got 2/],
    [[[withOne(1, [1, "2", 3])], [1], { model }], /^TypeError: .*finite numbers: got "2"/],
    [[[withOne(1, [1, 2, NaN])], [1], { model }], /^RangeError: .*finite numbers: got NaN/],
    [[[withOne(7, [1, 2, -1])], [1], { model }], /^RangeError: .*a variance, .*at least 0: got -1/],
    [
      [[{ weights: right, steps: { other: 1 } }], [1], { model }],
      /model's norms, inner.renorm, norm/,
    ],
    [[[right], [1], { model, norms: "none" }], /^RangeError: .*norms to be one of pool, average, /],
    [[[right], [1], { model, policy: "pool" }], /got "policy"/],
    [[[right], [1], { model: {} }], /a tf.LayersModel: got Object/],
  ];
  for (const [args, message] of wrong) {
    await assert.rejects(aggregateWeights(...args as Parameters<typeof aggregateWeights>), message);
  }
  assert.equal(right.length, length);
  const round = await aggregateWeights([right], [1], { model });
  const other = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [3] })] });
  const before = other.getWeights().map((weight) => weight.dataSync());
  assert.throws(
    () => round.applyTo(other),
    /applyTo expects a model with weights of shapes \[\[3\],/,
  );
  assert.deepEqual(other.getWeights().map((weight) => weight.dataSync()), before);
});
