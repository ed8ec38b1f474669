import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assertClose,
  assertHolds,
  assertSame,
  batchNormOfRank,
  batchRenormOfRank,
  numbers,
  plain,
  someTensor,
  tensor,
} from "@renorm/testing/assertions";
import { channelPlaces, meanAndVariance, slopes } from "@renorm/testing/definition";
import { shapeIn } from "@renorm/testing/layout";
import { seededRandom } from "@renorm/testing/random_tensor";
import {
  batchNormInference,
  batchNormInferenceBackward,
  batchRenormBackward,
  batchRenormForward,
  type Layout,
  moments,
  type NormalizationLayer,
  recalibrate,
} from "./mod.ts";

const channels = 3;

/** A masked batch of any rank and layout. */
interface Masked {
  readonly seed: number;
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly mask: { readonly data: boolean[]; readonly shape: number[] };
  /** Positions that count. */
  readonly m: number;
  /** The places of each channel, position after position. */
  readonly places: readonly (readonly number[])[];
}

/** Draws one of which at least so many positions count. */
function maskedBatch(least: number): fc.Arbitrary<Masked> {
  const drawn = fc.record({
    seed: fc.nat(1000),
    n: fc.integer({ min: 1, max: 4 }),
    spatial: fc.constantFrom([], [5], [2, 3], [1, 2, 2]),
    layout: fc.constantFrom<Layout>("channels-first", "channels-last"),
    share: fc.constantFrom(0.2, 0.5, 0.9),
  }).map(({ seed, n, spatial, layout, share }) => {
    const random = seededRandom(seed);
    const positions = [n, ...spatial].reduce((a, b) => a * b, 1);
    const data = Array.from({ length: positions }, () => random() < share);
    const shape = shapeIn(layout, [n, channels, ...spatial]);
    const places = channelPlaces(shape, layout);
    const m = data.filter(Boolean).length;
    return { seed, shape, layout, mask: { data, shape: [n, ...spatial] }, m, places };
  });
  return drawn.filter(({ m }) => m >= least);
}

/** The places that count of each channel, or those that do not. */
function placesWhere({ places, mask }: Masked, counts: boolean): number[][] {
  return places.map((own) => own.filter((_, position) => mask.data[position] === counts));
}

/** A tensor with garbage where it is masked. */
function padded(masked: Masked, seed: number, garbage: number) {
  const values = someTensor(seed, masked.shape);
  for (const place of placesWhere(masked, false).flat()) values.data[place] = garbage;
  return values;
}

/** What counts of a tensor, laid end to end: `[1, c, m]`. */
function unpadded(masked: Masked, { data }: { data: Float32Array }) {
  const places = placesWhere(masked, true).flat();
  return tensor([1, channels, masked.m], places.map((place) => data[place]));
}

interface LayerSettings {
  readonly isRenorm: boolean;
  readonly options: object;
  readonly training: boolean;
}

const layerSettings: fc.Arbitrary<LayerSettings> = fc.record({
  isRenorm: fc.boolean(),
  training: fc.boolean(),
  momentum: fc.constantFrom(0, 0.1, 0.7, 1),
  rmax: fc.constantFrom(1, 1.2, 3, Infinity),
  dmax: fc.constantFrom(0, 0.3, 5, Infinity),
  onNonFinite: fc.constantFrom("skip", "throw"),
}).map(({ isRenorm, training, momentum, rmax, dmax, onNonFinite }) => ({
  isRenorm,
  training,
  options: { momentum, onNonFinite, ...isRenorm && { rmax, dmax, warmupSteps: 0 } },
}));

function layerOf(
  { isRenorm, options, training }: LayerSettings,
  rank: number,
  layout: Layout,
  seed: number,
): NormalizationLayer {
  const classes = isRenorm ? batchRenormOfRank : batchNormOfRank;
  const layer = new classes[rank as keyof typeof classes](channels, { ...options, layout });
  layer.weight!.set(numbers(seed + 1, channels));
  layer.bias!.set(numbers(seed + 2, channels));
  layer.runningMean!.set(numbers(seed + 3, channels));
  return layer.train(training);
}

/** State, counters and gradients. */
function kept(layer: NormalizationLayer): unknown {
  const { weightGrad, biasGrad, skippedUpdates } = layer;
  return plain({ state: layer.stateDict(), weightGrad, biasGrad, skippedUpdates });
}

const garbage = fc.constantFrom(0, NaN, Infinity, 1e30);

Deno.test("a padded batch has the bits of the unpadded one laid end to end", () => {
  const property = fc.property(maskedBatch(0), layerSettings, garbage, (masked, settings, junk) => {
    // Training refuses one, and of none there is no batch; inference takes either.
    fc.pre(masked.m > 1 || !settings.training);
    const { seed, shape, layout, mask } = masked;
    const ours = layerOf(settings, shape.length, layout, seed);
    const theirs = layerOf(settings, 3, "channels-first", seed);
    for (let step = 0; step < 2; step++) {
      const x = padded(masked, seed + 4 + step, junk);
      const dy = padded(masked, seed + 6 + step, junk);
      const [ownX, ownDy] = [unpadded(masked, x), unpadded(masked, dy)];
      const y = ours.forward(x, { mask });
      // In the second step over dy itself.
      const dx = ours.backward(dy, step === 0 ? {} : { out: dy });
      assertSame(unpadded(masked, y), theirs.forward(ownX));
      assertSame(unpadded(masked, dx), theirs.backward(ownDy));
      assert.deepEqual(kept(ours), kept(theirs));
      for (const place of placesWhere(masked, false).flat()) assertSame([dx.data[place]], [0]);
    }
  });
  assertHolds(property, 500);
});

Deno.test("recalibrate counts no masked position, and normalises by the others meanwhile", () => {
  const property = fc.property(maskedBatch(2), garbage, (masked, junk) => {
    const { seed, shape, layout, mask } = masked;
    const settings = { isRenorm: false, options: {}, training: true };
    const [layer, trained] = [1, 2].map(() => layerOf(settings, shape.length, layout, seed));
    const x = padded(masked, seed, junk);
    let y = x;
    recalibrate([layer], () => y = layer.forward(x, { mask }));
    const { mean, variance, m } = moments(x, { layout, mask });
    assertClose(layer.runningMean!, mean, 1e-6);
    assertClose(layer.runningVar!, variance.map((value) => value * m / (m - 1)), 1e-6);
    assertSame(y, trained.forward(x, { mask }));
  });
  assertHolds(property);
});

Deno.test("masked positions are normalised as the others are, and by their statistics", () => {
  const property = fc.property(maskedBatch(2), (masked) => {
    const { seed, shape, layout, mask, places } = masked;
    const settings = { isRenorm: false, options: {}, training: true };
    const layer = layerOf(settings, shape.length, layout, seed);
    const x = someTensor(seed + 4, shape);
    const y = layer.forward(x, { mask }).data;
    placesWhere(masked, true).forEach((counting, c) => {
      const { mean, variance } = meanAndVariance(counting.map((place) => x.data[place]));
      const expected = places[c].map((place) =>
        layer.weight![c] * (x.data[place] - mean) / Math.sqrt(variance + 1e-5) + layer.bias![c]
      );
      assertClose(places[c].map((place) => y[place]), expected, 1e-5);
    });
  });
  assertHolds(property);
});

Deno.test("gradients under a mask are the slopes of a loss over the positions that count", () => {
  const property = fc.property(maskedBatch(3), (masked) => {
    const { seed, shape, layout, mask } = masked;
    const length = shape.reduce((a, b) => a * b, 1);
    const vector = (seed: number, length: number) => Float64Array.from(numbers(seed, length));
    const x = { data: vector(seed, length), shape };
    const dy = { data: vector(seed + 1, length), shape };
    const [weight, bias] = [vector(seed + 2, channels), vector(seed + 3, channels)];
    const lossOf = (y: Float64Array) =>
      placesWhere(masked, true).flat().reduce((sum, place) => sum + y[place] * dy.data[place], 0);
    const check = (
      gradients: ReturnType<typeof batchRenormBackward<Float64Array>>,
      loss: () => number,
    ) => {
      assertClose(gradients.dx.data, slopes(x.data, loss), 1e-6);
      assertClose(gradients.dWeight!, slopes(weight, loss), 1e-6);
      assertClose(gradients.dBias!, slopes(bias, loss), 1e-6);
    };
    // The first channel clips r and d, the second neither. eps keeps slopes of few values low.
    const running = () => ({
      runningMean: Float32Array.of(9, 0, 0.5),
      runningVar: Float32Array.of(0.01, 1, 2),
    });
    const options = { layout, mask, eps: 0.1 };
    const parameters = () => ({ weight, bias, ...running() });
    const { saved } = batchRenormForward(x, parameters(), { ...options, rmax: 2, dmax: 1 });
    const { r, d } = saved;
    check(batchRenormBackward(dy, saved), () => {
      const { mean, variance } = moments(x, { layout, mask });
      const y = x.data.slice();
      masked.places.forEach((own, c) => {
        for (const place of own) {
          const z = (x.data[place] - mean[c]) / Math.sqrt(variance[c] + 0.1);
          y[place] = weight[c] * (z * r[c] + d[c]) + bias[c];
        }
      });
      return lossOf(y);
    });
    const infer = () => batchNormInference(x, parameters(), options);
    check(batchNormInferenceBackward(dy, infer().saved), () => lossOf(infer().y.data));
  });
  assertHolds(property, 60);
});
