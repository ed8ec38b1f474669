/** Our kernels among TensorFlow.js' own commands: whatever is done in between, the numbers hold. */
import assert from "node:assert/strict";
import "@tensorflow/tfjs-backend-webgpu";
import { batchRenormBackward, batchRenormForward } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { build, type Compared, comparedLayers, tf } from "./testing/compare_layer.ts";

await tf.setBackend("webgpu");
await tf.ready();

const limits = { rmax: 1.5, dmax: 0.5 };

/** A layer, and what core-math makes of the same steps. */
interface Pair {
  readonly compared: Compared;
  readonly layer: tf.layers.Layer;
  readonly averages: tf.Variable[];
  readonly parameters: Record<"weight" | "bias" | "runningMean" | "runningVar", Float32Array>;
}

/** Values that are read later, and what they must be then. */
interface Awaited {
  readonly what: string;
  readonly tensor: tf.Tensor;
  readonly expected: ArrayLike<number>;
}

function makePair(compared: Compared): Pair {
  const layer = build({ ...compared, limits: { ...limits, warmupSteps: 0 } });
  const channels = compared.shape.at(compared.axis)!;
  const vector = (value: number) => new Float32Array(channels).fill(value);
  return {
    compared,
    layer,
    averages: layer.nonTrainableWeights.map((weight) => weight.read() as tf.Variable),
    parameters: {
      weight: vector(1),
      bias: vector(0),
      runningMean: vector(0),
      runningVar: vector(1),
    },
  };
}

/** A training forward of both, and how to go back through it. */
function forward({ compared: { shape, axis }, layer, parameters }: Pair, random: () => number) {
  const input = randomTensor(shape, random, { scale: 1 + random(), shift: 2 * random() - 1 });
  const { y, saved } = batchRenormForward(input, parameters, {
    ...limits,
    eps: 1e-4,
    layout: axis === 1 ? "channels-first" : "channels-last",
  });
  const x = tf.tensor(input.data, [...shape]);
  return { x, expected: y, saved, apply: (x: tf.Tensor) => layer.call(x, { training: true }) };
}

/** What happens between two readings; gives what to read. */
type Action = (pair: Pair, random: () => number, pairs: readonly Pair[]) => Awaited[];

const copyOf = (values: Float32Array) => Float32Array.from(values);

const actions: Record<string, Action> = {
  "a step forward and back, from values on the GPU or not"(pair, random) {
    const { x, expected, saved, apply } = forward(pair, random);
    const upstream = randomTensor(pair.compared.shape, random);
    const { dx, dWeight } = batchRenormBackward(upstream, saved);
    const weights = pair.layer.trainableWeights.map((weight) => weight.read());
    return tf.tidy(() => {
      const given = random() < 0.5 ? x : tf.sub(tf.add(x, 1), 1);
      let y: tf.Tensor | null = null;
      const [gradient, weightGradient] = tf.grads((x: tf.Tensor, ..._weights: tf.Tensor[]) => {
        y = tf.keep(apply(x) as tf.Tensor);
        return tf.sum(tf.mul(y, tf.tensor(upstream.data, [...upstream.shape]))).asScalar();
      })([given, ...weights]);
      return [
        { what: "y", tensor: y!, expected: expected.data },
        { what: "dx", tensor: tf.keep(gradient), expected: dx.data },
        { what: "weight gradient", tensor: tf.keep(weightGradient), expected: dWeight! },
      ];
    });
  },
  "two forwards, then back through both"(pair, random) {
    const [first, second] = [forward(pair, random), forward(pair, random)];
    const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
      tf.sum(tf.mul(first.apply(a) as tf.Tensor, second.apply(b) as tf.Tensor)).asScalar()
    )([first.x, second.x]);
    return [
      { what: "dx of the first", ...backOf(first.saved, second.expected) },
      { what: "dx of the second", ...backOf(second.saved, first.expected) },
    ].map((entry, i) => ({ ...entry, tensor: gradients[i] }));
  },
  "averages that others read before and after a step"(pair, random) {
    const { runningMean, runningVar } = pair.parameters;
    const [mean, variance] = pair.averages;
    const before: Awaited[] = [
      { what: "mean + 1", tensor: tf.add(mean, 1), expected: runningMean.map((v) => v + 1) },
      { what: "variance, cloned", tensor: tf.clone(variance), expected: copyOf(runningVar) },
    ];
    const { x, apply } = forward(pair, random);
    tf.dispose(apply(x));
    const expected = runningMean.map((value) => 2 * value);
    return [...before, { what: "2 · mean", tensor: tf.mul(mean, 2), expected }];
  },
  "weights of another layer"(pair, _random, pairs) {
    const width = (other: Pair) => other.parameters.weight.length;
    const other = pairs.find((other) => other !== pair && width(other) === width(pair))!;
    pair.layer.setWeights(other.layer.getWeights());
    Object.entries(other.parameters).forEach(([name, values]) =>
      pair.parameters[name as keyof Pair["parameters"]].set(values)
    );
    return [];
  },
  "averages from the CPU"(pair, random) {
    const values = randomTensor([pair.parameters.runningMean.length], random).data;
    tf.tidy(() => pair.averages[0].assign(tf.tensor(values)));
    pair.parameters.runningMean.set(values);
    return [];
  },
  "buffers that go round"(pair) {
    tf.tidy(() => tf.add(tf.fill([...pair.compared.shape], NaN), tf.fill([1], NaN)));
    return [];
  },
  "commands sent sooner or later, small tensors on the CPU or not"(_pair, random) {
    const sizes = [1, 4, 15, 1000];
    tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", sizes[Math.floor(4 * random())]);
    tf.env().set("WEBGPU_CPU_FORWARD", random() < 0.5);
    return [];
  },
};

function backOf(saved: Parameters<typeof batchRenormBackward>[1], dy: { data: Float32Array }) {
  const { data, shape } = dy as Parameters<typeof batchRenormBackward>[0];
  return { expected: batchRenormBackward({ data, shape }, saved).dx.data };
}

async function assertValues({ what, tensor, expected }: Awaited): Promise<void> {
  const values = await tensor.data();
  // There is no canvas: only what TensorFlow.js has kept can be read at once.
  assert.deepEqual(tensor.dataSync(), values, `${what}, read again`);
  tensor.dispose();
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  Array.from(expected).forEach((value, i) => {
    const error = Math.abs(values[i] - value);
    assert.ok(error <= 1e-4 * scale, `${what}[${i}]: ${values[i]}, expected ${value}`);
  });
}

for (const seed of [1, 2]) {
  Deno.test(`any order of steps, readings and other commands gives core-math's numbers: ${seed}`, async () => {
    const random = seededRandom(seed);
    const flags = ["WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", "WEBGPU_CPU_FORWARD"] as const;
    const usual = flags.map((flag) => tf.env().get(flag));
    const shapes = ["rank 2", "rank 3, axis 1", "rank 4", "rank 5, axis 1"]
      .map((name) => comparedLayers[name])
      // Two of each width: layers of a width share a workspace.
      .flatMap((compared) => [compared, compared]);
    const pairs = shapes.map(makePair);
    let awaited: Awaited[] = [];
    const history: string[] = [];
    try {
      for (let i = 0; i < 150; i++) {
        const names = Object.keys(actions);
        const name = names[Math.floor(names.length * random())];
        const pair = pairs[Math.floor(pairs.length * random())];
        history.push(name);
        awaited.push(...actions[name](pair, random, pairs));
        if (random() < 0.9 && i < 149) continue;
        for (const entry of awaited) await assertValues(entry);
        awaited = [];
      }
      for (const { averages, parameters } of pairs) {
        const expected = [parameters.runningMean, parameters.runningVar];
        for (const [i, tensor] of averages.entries()) {
          await assertValues({ what: "average", tensor: tf.clone(tensor), expected: expected[i] });
        }
      }
    } catch (error) {
      throw new Error(`after ${history.slice(-6).join("; ")}`, { cause: error });
    } finally {
      flags.forEach((flag, i) => tf.env().set(flag, usual[i]));
    }
  });
}

Deno.test("averages are read as they are now, though a step came while they were being read", async () => {
  const pair = makePair(comparedLayers["rank 4"]);
  const random = seededRandom(3);
  const [mean] = pair.averages;
  const step = () => {
    const { x, apply } = forward(pair, random);
    tf.dispose([apply(x), x]);
  };
  const close = (values: ArrayLike<number>, expected: Float32Array) =>
    expected.forEach((value, i) => assert.ok(Math.abs(values[i] - value) < 1e-5));
  for (let i = 0; i < 3; i++) {
    // After a step nothing is kept for a reading; before the first one there is.
    if (i > 0) step();
    const before = copyOf(pair.parameters.runningMean);
    const reading = mean.data();
    step();
    close(await reading, before);
    // Nor is what was old when it came.
    assert.throws(() => mean.dataSync());
    close(await mean.data(), pair.parameters.runningMean);
    close(mean.dataSync(), pair.parameters.runningMean);
  }
});

Deno.test("what is kept for the next reading is never older than the last step, in any order of readings", async () => {
  const pair = makePair(comparedLayers["rank 2"]);
  const random = seededRandom(4);
  const [mean] = pair.averages;
  const step = () => {
    const { x, apply } = forward(pair, random);
    tf.dispose([apply(x), x]);
  };
  const close = (values: ArrayLike<number>, expected: Float32Array) =>
    expected.forEach((value, i) => assert.ok(Math.abs(values[i] - value) < 1e-5));
  step();
  for (const order of [[0, 1], [1, 0]]) {
    const readings: Promise<ArrayLike<number>>[] = [mean.data()];
    step();
    readings.push(mean.data());
    for (const i of order) await readings[i];
    close(mean.dataSync(), pair.parameters.runningMean);
    step();
    // Nothing is kept of it now.
    assert.throws(() => mean.dataSync());
    close(await mean.data(), pair.parameters.runningMean);
    const clone = tf.clone(mean);
    close(clone.dataSync(), pair.parameters.runningMean);
    const before = copyOf(pair.parameters.runningMean);
    step();
    close(clone.dataSync(), before);
    close(await mean.data(), pair.parameters.runningMean);
    clone.dispose();
  }
});
