/** The fuzz of every public function: a right result, or our error with the state as it was. */
import assert from "node:assert/strict";
import {
  assertBothEnds,
  assertFinite,
  fuzz,
  type Fuzzed,
  type MakeFuzzed,
  publicFunctions,
} from "@renorm/testing/fuzz";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import * as mod from "./mod.ts";

const shape = [2, 3, 4, 4];
const withoutArguments = /\.(eval|toString|stateDict|skippedUpdates|destroy)$/;

/** The table over a device. Tensors and layers are made once: what is refused leaves them alone. */
function tableOn(device: GPUDevice): Record<string, MakeFuzzed> {
  const random = seededRandom(1);
  const upload = () => mod.upload(device, randomTensor(shape, random));
  const [x, y, dy, dx] = [upload(), upload(), upload(), upload()];
  const encoder = () => device.createCommandEncoder();
  const buffer = () => mod.upload(device, { data: new Float32Array([1, 1, 1]), shape: [3] }).buffer;
  const running = { runningMean: buffer(), runningVar: buffer() };
  const buffers = { weight: buffer(), bias: buffer(), ...running };
  const gradients = { weightGrad: buffer(), biasGrad: buffer() };
  const workspace = mod.createWorkspace(device, 3);
  mod.encodeTrainingForward(encoder(), workspace, { x, y }, buffers);

  const ofArguments = (
    call: (...args: never[]) => unknown,
    make: () => readonly unknown[],
    judge: Fuzzed["judge"] = (result) => assert.equal(result, undefined),
  ): MakeFuzzed =>
  () => ({ args: make, call: (args) => call(...args as never[]), state: () => null, judge });
  const areValues = (tensor: unknown) => {
    const { data, shape } = tensor as { data: Float32Array; shape: number[] };
    assert.equal(data.length, shape.reduce((a, b) => a * b, 1));
    assertFinite(data);
  };
  const training = {
    ...{ eps: 1e-5, momentum: 0.1, layout: "channels-first", rmax: 3, dmax: 5 },
    ...{ runningVariance: "biased", onNonFinite: "skip", updateStats: true },
  };
  const functions: Record<string, MakeFuzzed> = {
    createWorkspace: ofArguments(
      mod.createWorkspace,
      () => [device, 3, "label", { vendor: "65541", subgroupMinSize: 8 }],
      (workspace) => (workspace as mod.Workspace).destroy(),
    ),
    tableSize: ofArguments(mod.tableSize, () => [3], (size) => assert.ok(size as number >= 48)),
    upload: ofArguments(
      mod.upload,
      () => [device, { data: new Float32Array(6), shape: [2, 3] }, { dtype: "float32" }],
      (tensor) => (tensor as mod.GpuTensor).buffer.destroy(),
    ),
    download: ofArguments(mod.download, () => [device, { ...x, offset: 0 }], areValues),
    downloadAll: ofArguments(
      mod.downloadAll,
      () => [device, [x]],
      (tensors) => (tensors as unknown[]).forEach(areValues),
    ),
    encodeTrainingForward: ofArguments(
      mod.encodeTrainingForward,
      () => [encoder(), workspace, { x, y }, buffers, training],
    ),
    encodeInference: ofArguments(
      mod.encodeInference,
      () => [encoder(), workspace, { x, y }, buffers, { eps: 1, layout: "channels-first" }],
    ),
    encodeBackward: ofArguments(
      mod.encodeBackward,
      () => [encoder(), workspace, { dy, dx }, gradients, {
        forward: { x, layout: "channels-first" },
      }],
    ),
  };

  const ofClass = (
    name: string,
    Class: new (device: GPUDevice, numFeatures: number, options?: object) =>
      & mod.GpuNormalizationLayer
      & { readonly renormStep?: number },
    more: object,
  ): Record<string, MakeFuzzed> => {
    const layer = new Class(device, 3);
    layer.forward(encoder(), x, y);
    const method = (
      key: keyof mod.GpuNormalizationLayer,
      args: () => readonly unknown[],
      judge: Fuzzed["judge"],
      reads = false,
    ): MakeFuzzed =>
    () => ({
      args,
      call: (args) => (layer[key] as (...args: unknown[]) => unknown).apply(layer, [...args]),
      state: async () => ({
        ...{ training: layer.training, numBatchesTracked: layer.numBatchesTracked },
        ...{ renormStep: layer.renormStep, read: reads && await layer.stateDict() },
      }),
      judge,
    });
    const isLayer: Fuzzed["judge"] = (result) => assert.equal(result, layer);
    const options = {
      ...{ eps: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true },
      ...{ layout: "channels-first", runningVariance: "biased", onNonFinite: "skip", ...more },
    };
    return {
      [name]: () => ({
        args: () => [device, 3, options],
        call: (args) => new Class(...args as ConstructorParameters<typeof Class>),
        state: () => null,
        judge: (layer) => (layer as mod.GpuNormalizationLayer).destroy(),
      }),
      [`${name}.forward`]: method(
        "forward",
        () => [encoder(), x, y, { updateStats: true }],
        (result, args) => assert.equal(result, args[2]),
      ),
      [`${name}.backward`]: method(
        "backward",
        () => [encoder(), dy, dx],
        (result, args) => assert.equal(result, args[2]),
      ),
      [`${name}.train`]: method("train", () => [true], isLayer),
      [`${name}.eval`]: method("eval", () => [], isLayer),
      [`${name}.prepare`]: method("prepare", () => [shape, "float32"], isLayer),
      [`${name}.toString`]: method("toString", () => [], (text) => assert.match(`${text}`, /eps/)),
      [`${name}.stateDict`]: method("stateDict", () => [], (state) => assertFinite(state)),
      [`${name}.skippedUpdates`]: method("skippedUpdates", () => [], (n) => assert.equal(n, 0)),
      [`${name}.loadStateDict`]: method(
        "loadStateDict",
        () => [{
          ...{ weight: [1, 2, 3], bias: [1, 1, 1], running_mean: new Float32Array(3) },
          ...{ running_var: [1, 2, 3], num_batches_tracked: 9 },
        }],
        isLayer,
        true,
      ),
      [`${name}.destroy`]: () => {
        const layer = new Class(device, 3);
        return {
          args: () => [],
          call: () => layer.destroy(),
          state: () => null,
          judge: () => assert.throws(() => layer.forward(encoder(), x, y), /got a destroyed one$/),
        };
      },
    };
  };
  class Own extends mod.GpuNormalizationLayer {
    constructor(device: GPUDevice, numFeatures: number, options: object = {}) {
      super({ name: "Own", method: "batch-norm" }, device, numFeatures, options);
    }
  }
  return {
    ...functions,
    ...ofClass("GpuNormalizationLayer", Own, {}),
    ...ofClass("GpuBatchNorm", mod.GpuBatchNorm, {}),
    ...ofClass("GpuBatchRenorm", mod.GpuBatchRenorm, { rmax: 3, dmax: 5, warmupSteps: 10 }),
  };
}

Deno.test("every export ends in a right result, or in our error with the state as it was", async () => {
  const device = await requestTestDevice(navigator.gpu);
  const uncaptured: string[] = [];
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    uncaptured.push((event as GPUUncapturedErrorEvent).error.message);
  });
  const table = tableOn(device);
  assert.deepEqual(Object.keys(table).sort(), publicFunctions(mod));
  const calm = Object.keys(table).filter((name) => withoutArguments.test(name));
  // Those without arguments, and those that read from the GPU, which takes 10 ms a time.
  const slow = /\.(loadStateDict)$|^download/;
  const few = Object.entries(table).filter(([name]) => calm.includes(name) || slow.test(name));
  const many = Object.entries(table).filter(([name]) => !calm.includes(name) && !slow.test(name));
  assertBothEnds(await fuzz(Object.fromEntries(many), 120));
  assertBothEnds(await fuzz(Object.fromEntries(few), 24), calm);
  await device.queue.onSubmittedWorkDone();
  assert.deepEqual(uncaptured, []);
  await assert.rejects(() => device.popErrorScope(), "a scope is left open");
  device.destroy();
});
