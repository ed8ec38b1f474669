/**
 * What the fuzz calls: every public function, class and method of core-math, or of a package with
 * its names.
 */
import assert from "node:assert/strict";
import { argumentsAs, assertFinite, type Fuzzed, type MakeFuzzed } from "./fuzz/fuzz.ts";
import type * as core from "@renorm/core-math";
import { plain, snapshot, someTensor } from "./assertions.ts";

type Layer = core.NormalizationLayer;
type LayerClass = new (numFeatures: number, options?: object) => Layer;

/** Shapes of three channels by the classes that take them. */
export type Shapes = Readonly<Record<"1d" | "2d" | "3d", readonly number[]>>;

/** All positions of a shape but the first. */
const maskOf = ([n, , ...spatial]: readonly number[]): Uint8Array =>
  new Uint8Array(spatial.reduce((a, b) => a * b, n)).fill(1, 1);

/** The functions and the classes, on tensors of these shapes. */
export function edgesOf(
  mod: typeof core,
  ranks: Shapes,
): Record<"functions" | "classes", Record<string, MakeFuzzed>> {
  const shape = ranks["2d"];
  const x = () => someTensor(1, shape);
  const vector = (value: number) => new Float32Array(3).fill(value);
  const layout = "channels-first";
  const affine = () => ({ weight: vector(2), bias: vector(1) });
  const running = () => ({ runningMean: vector(0), runningVar: vector(1) });
  const batch = (m: number) => ({
    mean: new Float64Array([1, -1, 0]),
    variance: new Float64Array([1, 2, 0]),
    m,
  });
  const training = () => ({
    eps: 1e-5,
    momentum: 0.1,
    layout,
    runningVariance: "biased",
    onNonFinite: "skip",
    onSingleValue: "running",
    updateStats: true,
    mask: { data: maskOf(shape), shape: shape.toSpliced(1, 1) },
    out: x(),
  });

  const ofArguments = argumentsAs(plain);

  /**
   * A tensor that is finite throughout, with a value for each place: an `out` that came, or
   * another.
   */
  function isTensor(result: unknown, args: readonly unknown[]): void {
    const outs = args.map((arg) => (arg as { readonly out?: unknown } | null)?.out);
    // What was read once may say something else now.
    if (result !== undefined && outs.includes(result)) return;
    const { data, shape } = result as core.Tensor;
    assert.equal(data.length, shape.reduce((a, b) => a * b, 1));
    assertFinite(data);
  }
  const ofForward: Fuzzed["judge"] = (result, args) => {
    const { y, saved, skippedUpdates = 0 } = result as ReturnType<typeof core.batchNormForward>;
    isTensor(y, args);
    assertFinite([saved.mean, saved.invStd, skippedUpdates]);
    assert.ok(saved.x.shape.length >= 2);
  };
  const ofBackward: Fuzzed["judge"] = (result, args) => {
    const { dx, dWeight, dBias } = result as core.Gradients;
    isTensor(dx, args);
    assertFinite([dWeight, dBias]);
  };
  const ofMoments: Fuzzed["judge"] = (result) => {
    const { mean, variance, m } = result as core.Moments;
    assertFinite([mean, variance, m]);
    assert.equal(mean.length, variance.length);
    assert.ok(Number.isSafeInteger(m) && variance.every((value) => value >= 0));
  };

  const ofPart = () => mod.forwardByMoments(x(), batch(999), affine()).saved;
  const isSums = (result: unknown) => assertFinite(Object.values(result as core.GradientSums));

  const functions: Record<string, MakeFuzzed> = {
    channelView: ofArguments(mod.channelView, () => [shape, "channels-first"], (result) => {
      const { outer, channels, inner, m } = result as core.ChannelView;
      assert.ok([outer, channels, inner, m].every(Number.isSafeInteger));
      assert.equal(m, outer * inner);
    }),
    moments: ofArguments(mod.moments, () => [x(), { layout, mask: maskOf(shape) }], ofMoments),
    mergeMoments: ofArguments(mod.mergeMoments, () => [batch(4), batch(2)], ofMoments),
    mergeRunningStats: ofArguments(
      mod.mergeRunningStats,
      () => {
        const state = { running_mean: [1, 2], running_var: [1, 2], num_batches_tracked: 4 };
        const part = (samples: number) => ({ state: { ...state, renorm_step: 2 }, samples });
        return [[part(3), part(2)], { runningVariance: "unbiased" }];
      },
      (result) => {
        const { running_mean, running_var } = result as core.MergedRunningStats;
        assertFinite([running_mean, running_var]);
        assert.ok(running_var.every((value) => value >= 0));
      },
    ),
    diagnose: ofArguments(
      mod.diagnose,
      () => {
        const state = { running_mean: [1, 2, 0], running_var: [1, 2, 9], num_batches_tracked: 4 };
        const layer = { eps: 1e-3, rmax: 2, dmax: 1, skippedUpdates: 1, moments: [batch(4)] };
        return [{ state }, { momentum: 0.1, layers: { state: layer } }];
      },
      (result) => {
        for (const { code, message, value } of result as core.Finding[]) {
          assert.match(`${code} ${message}`, /\w+ [A-Z0-9].*\.$/);
          assertFinite(value);
        }
      },
    ),
    // A number of passes is not among the places: the largest would take for ever.
    recalibrate: () => {
      const layer = new mod.BatchNorm2d(3);
      return {
        args: () => [{ normalizeBy: "batch", includeFrozen: true, onProgress: () => {} }],
        call: ([options]) => mod.recalibrate([layer], () => layer.forward(x()), options as object),
        state: () => snapshot(layer),
        judge: () => assertFinite(snapshot(layer)),
      };
    },
    forwardByMoments: ofArguments(
      mod.forwardByMoments,
      () => [
        ...[x(), batch(999), { ...affine(), ...running() }],
        { eps: 1e-5, layout: "channels-first", out: x(), rmax: 3, dmax: 5 },
      ],
      ofForward,
    ),
    gradientSums: ofArguments(mod.gradientSums, () => [x(), ofPart()], isSums),
    mergeGradientSums: ofArguments(
      mod.mergeGradientSums,
      () => [mod.gradientSums(x(), ofPart()), mod.gradientSums(x(), ofPart())],
      isSums,
    ),
    inputGradient: ofArguments(
      mod.inputGradient,
      () => [x(), ofPart(), mod.gradientSums(x(), ofPart()), { out: x() }],
      ofBackward,
    ),
    normalize: ofArguments(
      mod.normalize,
      () => {
        const [r, d] = [new Float64Array(3).fill(1), new Float64Array(3)];
        const { mean, variance: invStd } = batch(4);
        return [x(), { mean, invStd, r, d, ...affine() }, { layout, out: x() }];
      },
      isTensor,
    ),
    renormCorrection: ofArguments(
      mod.renormCorrection,
      () => [batch(4), running(), { rmax: 3, dmax: 5, eps: 1e-5 }],
      (result) => assertFinite(result),
    ),
    updateRunningStats: ofArguments(
      mod.updateRunningStats,
      () => [running(), batch(4), {
        momentum: 0.1,
        runningVariance: "biased",
        onNonFinite: "skip",
      }],
      (result, [running]) => {
        assertFinite(result);
        const { runningMean, runningVar } = running as core.RunningStats;
        if (ArrayBuffer.isView(runningVar)) assertFinite([runningMean, runningVar]);
      },
    ),
    batchNormForward: ofArguments(
      mod.batchNormForward,
      () => [x(), { ...affine(), ...running() }, training()],
      ofForward,
    ),
    batchRenormForward: ofArguments(
      mod.batchRenormForward,
      () => [x(), { ...affine(), ...running() }, { ...training(), rmax: 3, dmax: 5 }],
      ofForward,
    ),
    batchNormInference: ofArguments(
      mod.batchNormInference,
      () => [x(), { ...affine(), ...running() }, { eps: 1, layout, mask: maskOf(shape), out: x() }],
      ofForward,
    ),
    batchNormBackward: ofArguments(
      mod.batchNormBackward,
      () => [x(), mod.batchNormForward(x(), affine(), { mask: maskOf(shape) }).saved, { out: x() }],
      ofBackward,
    ),
    batchRenormBackward: ofArguments(
      mod.batchRenormBackward,
      () => [x(), mod.batchRenormForward(x(), { ...affine(), ...running() }).saved, { out: x() }],
      ofBackward,
    ),
    batchNormInferenceBackward: ofArguments(
      mod.batchNormInferenceBackward,
      () => [x(), mod.batchNormInference(x(), { ...affine(), ...running() }).saved, { out: x() }],
      ofBackward,
    ),
  };

  /** A class by its constructor and each of its methods. */
  function ofClass(name: string, Class: LayerClass, shape: readonly number[]): typeof functions {
    const tensor = () => someTensor(2, shape);
    const isRenorm = Class.prototype instanceof mod.BatchRenormLayer;
    const options = {
      ...{ eps: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true },
      ...{ layout: "channels-first", runningVariance: "biased", onNonFinite: "skip" },
      ...isRenorm && { rmax: 3, dmax: 5, warmupSteps: 10 },
    };
    const trained = () => {
      const layer = new Class(3, isRenorm ? { warmupSteps: 4 } : {});
      layer.forward(tensor());
      return layer;
    };
    const method = (
      key: keyof Layer,
      args: () => readonly unknown[],
      judge: (result: unknown, layer: Layer, args: readonly unknown[]) => void,
    ): MakeFuzzed =>
    () => {
      const layer = trained();
      const call = layer[key] as unknown as (...args: unknown[]) => unknown;
      return {
        args,
        call: (args) => call.apply(layer, [...args]),
        state: () => snapshot(layer),
        judge: (result, args) => judge(result, layer, args),
      };
    };
    const isLayer = (result: unknown, layer: Layer) => {
      assert.equal(result, layer);
      assertFinite(snapshot(layer));
    };
    const isOutput = (result: unknown, layer: Layer, args: readonly unknown[]) => {
      isTensor(result, args);
      assertFinite(snapshot(layer));
    };
    return {
      [name]: () => ({
        args: () => [3, options],
        call: ([numFeatures, options]) => new Class(numFeatures as number, options as object),
        state: () => null,
        judge: (layer) => {
          const { eps, momentum } = layer as Layer;
          assert.ok(eps > 0 && (momentum === null || momentum >= 0 && momentum <= 1));
          assertFinite((layer as Layer).stateDict());
        },
      }),
      [`${name}.forward`]: method(
        "forward",
        () => [tensor(), { updateStats: true, mask: maskOf(shape), out: tensor() }],
        isOutput,
      ),
      [`${name}.backward`]: method("backward", () => [tensor(), { out: tensor() }], isOutput),
      [`${name}.train`]: method("train", () => [false], isLayer),
      [`${name}.eval`]: method("eval", () => [], isLayer),
      [`${name}.toString`]: method(
        "toString",
        () => [],
        (text) => assert.match(String(text), /eps/),
      ),
      [`${name}.stateDict`]: method("stateDict", () => [], (state) => assertFinite(state)),
      [`${name}.loadStateDict`]: method(
        "loadStateDict",
        () => [{
          weight: vector(2),
          bias: [1, 1, 1],
          running_mean: vector(0.5),
          running_var: [1, 2, 3],
          num_batches_tracked: 9,
          ...isRenorm && { renorm_step: 2 },
        }],
        (result, layer) => {
          assert.equal(result, layer);
          // Parameters may be anything, as in PyTorch.
          assertFinite([layer.runningMean, layer.runningVar, layer.numBatchesTracked]);
        },
      ),
    };
  }

  const kind = { name: "Own", spatial: ["hw"], method: "batch-norm" } as const;
  class Own extends mod.NormalizationLayer {
    constructor(numFeatures: number, options: core.BatchNormOptions = {}) {
      super(kind, numFeatures, options);
    }
  }
  class OwnRenorm extends mod.BatchRenormLayer {
    constructor(numFeatures: number, options: core.BatchRenormOptions = {}) {
      super({ ...kind, method: "batch-renorm" }, numFeatures, options);
    }
  }

  const classes: Record<string, MakeFuzzed> = {
    ...ofClass("NormalizationLayer", Own, shape),
    ...ofClass("BatchRenormLayer", OwnRenorm, shape),
    ...ofClass("BatchNorm1d", mod.BatchNorm1d, ranks["1d"]),
    ...ofClass("BatchNorm2d", mod.BatchNorm2d, ranks["2d"]),
    ...ofClass("BatchNorm3d", mod.BatchNorm3d, ranks["3d"]),
    ...ofClass("BatchRenorm1d", mod.BatchRenorm1d, ranks["1d"]),
    ...ofClass("BatchRenorm2d", mod.BatchRenorm2d, ranks["2d"]),
    ...ofClass("BatchRenorm3d", mod.BatchRenorm3d, ranks["3d"]),
  };
  return { functions, classes };
}
