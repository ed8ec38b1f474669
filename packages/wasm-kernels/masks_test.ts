import assert from "node:assert/strict";
import * as core from "@renorm/core-math";
import { assertClose, assertHolds, assertSame, tensor } from "@renorm/testing/assertions";
import { channelPlaces } from "@renorm/testing/definition";
import { shapeIn } from "@renorm/testing/layout";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import fc from "fast-check";
import * as wasm from "./mod.ts";

/** Masked batches that are large enough for the loops in WebAssembly. */
const drawn = fc.record({
  seed: fc.nat(1000),
  shape: fc.constantFrom([8, 5, 70], [3, 4, 12, 20], [300, 6], [2, 3, 4, 9, 9]),
  layout: fc.constantFrom<core.Layout>("channels-first", "channels-last"),
  share: fc.constantFrom(0.3, 0.7, 0.95),
  garbage: fc.constantFrom(0, NaN, 1e30),
  isAllocated: fc.boolean(),
});

const limits = { rmax: 1.2, dmax: 0.3 };

Deno.test("under a mask the loops in WebAssembly give what core-math gives, and dx is 0 where it is masked", () => {
  assert.equal(wasm.kernels().name, "wasm");
  const property = fc.property(drawn, ({ seed, layout, share, garbage, isAllocated, ...given }) => {
    const [n, channels, ...spatial] = given.shape;
    const random = seededRandom(seed);
    const maskShape = [n, ...spatial];
    const positions = maskShape.reduce((a, b) => a * b, 1);
    const data = Uint8Array.from({ length: positions }, () => random() < share ? 1 : 0);
    const mask = { data, shape: maskShape };
    const shape = shapeIn(layout, given.shape);
    const [x, dy] = [1, 3].map((scale) => randomTensor(shape, random, { scale, shift: 2 }));
    const places = channelPlaces(shape, layout);
    const masked = places.flatMap((own) => own.filter((_, i) => !data[i]));
    for (const place of masked) x.data[place] = dy.data[place] = garbage;
    const own = isAllocated ? wasm.allocate(shape) : tensor(shape, x.data);
    own.data.set(x.data);

    const running = () => ({
      runningMean: new Float32Array(channels).fill(1),
      runningVar: new Float32Array(channels).fill(2),
    });
    const [ours, theirs] = [running(), running()];
    const affine = {
      weight: new Float32Array(channels).fill(1.5),
      bias: new Float32Array(channels).fill(0.5),
    };
    const options = { layout, mask, ...limits };
    const forward = wasm.batchRenormForward(own, { ...affine, ...ours }, options);
    const expected = core.batchRenormForward(x, { ...affine, ...theirs }, options);
    const counting = places.flatMap((own) => own.filter((_, i) => data[i]));
    const at = (values: Float32Array) => counting.map((place) => values[place]);
    assertClose(at(forward.y.data), at(expected.y.data), 1e-6, "y");
    assertClose(ours.runningMean, theirs.runningMean, 1e-6, "runningMean");
    assertClose(ours.runningVar, theirs.runningVar, 1e-6, "runningVar");
    const backward = wasm.batchRenormBackward(dy, forward.saved);
    const wanted = core.batchRenormBackward(dy, expected.saved);
    assertClose(backward.dx.data, wanted.dx.data, 1e-6, "dx");
    assertClose(backward.dWeight!, wanted.dWeight!, 1e-6, "dWeight");
    assertClose(backward.dBias!, wanted.dBias!, 1e-6, "dBias");
    assertSame(masked.map((place) => backward.dx.data[place]), masked.map(() => 0));
  });
  assertHolds(property, 60);
});
