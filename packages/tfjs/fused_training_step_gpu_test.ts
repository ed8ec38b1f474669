import assert from "node:assert/strict";
import "@tensorflow/tfjs-backend-webgpu";
import {
  assertMovesNothing,
  assertSameSteps,
  assertSecondOrder,
  build,
  comparedLayers,
  stepInput,
  tf,
} from "./testing/compare_layer.ts";
import { renormLayers } from "./renorm_layers.ts";
import { assertSingleValue } from "./testing/single_value.ts";

await tf.setBackend("webgpu");
await tf.ready();
const { batchRenormalization, convertToBatchRenorm } = renormLayers(tf);

for (const [name, compared] of Object.entries(comparedLayers)) {
  Deno.test(`steps, gradients, averages and inference are core-math's, fused: ${name}`, () =>
    assertSameSteps(compared));
}

Deno.test("a single value is normalised by the averages if told, as in core-math, on webgpu", () =>
  assertSingleValue(true));

for (const name of ["rank 4", "rank 4, axis 1", "without scale"]) {
  Deno.test(`the same with stock operations, when fused is turned off: ${name}`, () =>
    assertSameSteps({ ...comparedLayers[name], fused: false }));
}

for (const fused of [true, false]) {
  Deno.test(`a step ${fused ? "runs our kernels and no other" : "runs none of our kernels, when fused is off"}`, async () => {
    const layer = build({ ...comparedLayers["rank 4"], fused });
    const x = tf.tensor(stepInput([2, 4, 4, 3], 1).data, [2, 4, 4, 3]);
    const { kernelNames } = await tf.profile(() =>
      tf.grad((x: tf.Tensor) => layer.call(x, { training: true }) as tf.Tensor)(x)
    );
    const ours = ["RenormTrainingForward", "RenormTrainingBackward"];
    // Besides, the gradient is filled with ones at its start, and what is saved is named twice.
    const free = ["Fill", "Identity"];
    const others = kernelNames.filter((name) => ![...ours, ...free].includes(name));
    assert.deepEqual(ours.map((name) => kernelNames.includes(name)), [fused, fused]);
    assert.equal(others.length === 0, fused, String(others));
  });
}

Deno.test("fused steps are submitted as often as TensorFlow.js submits its own commands", async () => {
  const layer = build(comparedLayers["rank 2"]);
  const x = tf.tensor(stepInput([6, 5], 1).data, [6, 5]);
  const step = () => layer.call(x, { training: true }) as tf.Tensor;
  await step().data();
  const { queue } = (tf.backend() as unknown as { device: GPUDevice }).device;
  const { submit } = queue;
  let submits = 0;
  queue.submit = (commands) => {
    submits++;
    submit.call(queue, commands);
  };
  try {
    for (let i = 0; i < 20; i++) step().dispose();
  } finally {
    Reflect.deleteProperty(queue, "submit");
  }
  // Three dispatches each.
  assert.equal(
    submits,
    Math.floor(20 * 3 / tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")),
  );
});

Deno.test("our kernels are registered once, and nothing is warned of", () => {
  const { warn } = console;
  const warned: unknown[] = [];
  console.warn = (...given) => warned.push(given);
  try {
    const x = tf.tensor(stepInput([6, 5], 1).data, [6, 5]);
    for (let i = 0; i < 2; i++) build(comparedLayers["rank 2"]).call(x, { training: true });
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(warned, []);
});

Deno.test("what the kernels do not take is computed by stock operations: axis 2, and rank 6", async () => {
  for (const shape of [[2, 3, 4, 5], [2, 1, 2, 2, 3, 4]]) {
    const axis = shape.length === 4 ? 2 : -1;
    const layer = build({ shape, axis, limits: { rmax: 3, dmax: 5, warmupSteps: 1000 } });
    const x = tf.tensor(stepInput(shape, 1).data, shape);
    const y = layer.call(x, { training: true }) as tf.Tensor;
    const others = shape.map((_, i) => i).filter((i) => i !== (axis + shape.length) % shape.length);
    const { mean, variance } = tf.moments(y, others);
    // At the beginning of a long warm-up it is all but batch norm.
    for (const value of await mean.data()) assert.ok(Math.abs(value) < 0.02, String(value));
    for (const value of await variance.data()) assert.ok(Math.abs(value - 1) < 0.02, String(value));
  }
});

/** A model of two layers, trained on one batch of 4. */
function smallModel(fused: boolean): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 4,
        kernelSize: 3,
        kernelInitializer: tf.initializers.heNormal({ seed: 2 }),
      }),
      batchRenormalization({ warmupSteps: 3, fused }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, kernelInitializer: tf.initializers.heNormal({ seed: 3 }) }),
    ],
  });
  // Not Adam: the gradient to a bias before a batch norm is 0, and it would scale up what rounds
  // off.
  model.compile({ optimizer: tf.train.sgd(0.003), loss: "meanSquaredError" });
  return model;
}

Deno.test("fit goes the same way fused and stock, with operations before and after", async () => {
  const x = tf.tensor(stepInput([8, 6, 6, 1], 1).data, [8, 6, 6, 1]);
  const y = tf.tensor(stepInput([8, 2], 2).data, [8, 2]);
  const losses: number[][] = [];
  for (const fused of [true, false]) {
    const options = { epochs: 4, batchSize: 4, shuffle: false, verbose: 0 } as const;
    losses.push((await smallModel(fused).fit(x, y, options)).history.loss as number[]);
  }
  losses[0].forEach((loss, i) => assert.ok(Math.abs(loss - losses[1][i]) < 1e-4, String(losses)));
  assert.ok(losses[0][3] < losses[0][0]);
});

Deno.test("a step that only looks moves no average", () => assertMovesNothing());

Deno.test("a layer that is used twice has both gradients, each of its own forward", async () => {
  const gradients: ArrayLike<number>[][] = [];
  for (const fused of [true, false]) {
    const layer = build({ ...comparedLayers["rank 2"], fused });
    const inputs = [1, 2].map((step) => tf.tensor(stepInput([6, 5], step).data, [6, 5]));
    const twice = tf.grads((a: tf.Tensor, b: tf.Tensor) => {
      const [first, second] = [a, b].map((x) => layer.call(x, { training: true }) as tf.Tensor);
      return tf.sum(tf.mul(tf.square(first), second)).asScalar();
    });
    gradients.push(await Promise.all(twice(inputs).map((gradient) => gradient.data())));
  }
  gradients[0].forEach((values, i) =>
    Array.from(values).forEach((value, j) => assert.ok(Math.abs(value - gradients[1][i][j]) < 1e-4))
  );
});

for (const backend of ["webgpu", "cpu"]) {
  Deno.test(`two models that were given the same weights on ${backend} do not move each other`, async () => {
    await tf.setBackend(backend);
    const first = smallModel(true);
    const second = smallModel(true);
    second.setWeights(first.getWeights());
    const before = await Promise.all(first.getWeights().map((weight) => weight.data()));
    await tf.setBackend("webgpu");
    tf.dispose(await second.trainOnBatch(tf.ones([4, 6, 6, 1]), tf.ones([4, 2])));
    assert.deepEqual(await Promise.all(first.getWeights().map((weight) => weight.data())), before);
    const moved = await Promise.all(second.getWeights().map((weight) => weight.data()));
    assert.notDeepEqual(moved, before);
  });
}

Deno.test("a layer that was read goes on to the cpu backend and back, and trains in both", async () => {
  const moves = ["webgpu", "cpu", "webgpu", "webgpu", "cpu"];
  const shape = [2, 4, 4, 3];
  const averages: ArrayLike<number>[][] = [];
  try {
    for (const backends of [moves, moves.map(() => "cpu")]) {
      const layer = build(comparedLayers["rank 4"]);
      for (const [step, backend] of backends.entries()) {
        await tf.setBackend(backend);
        const { data } = stepInput(shape, step);
        const y = layer.call(tf.tensor(data, shape), { training: true }) as tf.Tensor;
        const outputs = [...layer.getWeights(), y];
        const values = await Promise.all(outputs.map((output) => output.data()));
        assert.deepEqual(outputs.map((output) => output.dataSync()), values);
        await tf.setBackend("cpu");
        // What was read can be computed with on any backend.
        assert.deepEqual(outputs.map((output) => tf.add(output, 0).dataSync()), values);
        const inferred = layer.call(tf.tensor(data, shape), {}) as tf.Tensor;
        assert.ok(inferred.dataSync().every(Number.isFinite));
      }
      averages.push(await Promise.all(layer.getWeights().map((weight) => weight.data())));
    }
  } finally {
    await tf.setBackend("webgpu");
  }
  averages[0].forEach((values, i) =>
    Array.from(values).forEach((value, j) => {
      assert.ok(Math.abs(value - averages[1][i][j]) < 1e-5, `${value}, ${averages[1][i][j]}`);
    })
  );
});

/** Counts the buffers of a device that were made and not destroyed, until it is undone. */
function countBuffers(device: GPUDevice): { live(): number; undo(): void } {
  const live = new Set<GPUBuffer>();
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    // Full uniforms are left to the garbage collection, since passes may still wait for them.
    if (!descriptor.label?.endsWith(" uniforms")) live.add(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    return buffer;
  };
  return { live: () => live.size, undo: () => device.createBuffer = createBuffer };
}

Deno.test("a thousand steps of fit leave no tensor and no buffer behind", async () => {
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  const model = tf.sequential({
    layers: [batchRenormalization({ inputShape: [3], warmupSteps: 500 })],
  });
  model.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
  const buffers = countBuffers(device);
  const fit = async (samples: number) => {
    const [x, y] = [tf.randomNormal([samples, 3], 0, 1, "float32", 1), tf.zeros([samples, 3])];
    // As many epochs in both: their losses are read together.
    await model.fit(x, y, { epochs: 20, batchSize: 2, shuffle: false, verbose: 0 });
    tf.dispose([x, y]);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    return { numTensors, numDataBuffers, numBytes, buffers: buffers.live() };
  };
  try {
    const before = await fit(10);
    assert.deepEqual(await fit(100), before);
    assert.ok(before.buffers > 0);
    assert.equal((model.layers[0] as unknown as { renormStep: number }).renormStep, 1100);
  } finally {
    buffers.undo();
    model.dispose();
  }
});

Deno.test("a gradient of the gradient is what finite differences give", () => assertSecondOrder());

Deno.test("a converted model predicts the same bits on webgpu", async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 4,
        kernelSize: 3,
        kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
      }),
      tf.layers.batchNormalization(),
    ],
  });
  const x = tf.tensor(stepInput([2, 6, 6, 1], 1).data, [2, 6, 6, 1]);
  const expected = await (model.predict(x) as tf.Tensor).data();
  const { model: renormed } = await convertToBatchRenorm(model);
  assert.deepEqual(await (renormed.predict(x) as tf.Tensor).data(), expected);
});
