/** The merges of partials by themselves: what a whole layer's rounding would hide. */
import assert from "node:assert/strict";
import { mergeMoments, type Moments } from "@renorm/core-math";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import { exactWgsl, mergedMomentsWgsl, momentsWgsl, partialSumsWgsl, sumsWgsl } from "./moments.ts";
import { paramsSize, paramsWgsl } from "./params.ts";

const mergeAllWgsl = /* wgsl */ `
@group(0) @binding(1) var<storage, read> given: array<Partial>;
@group(0) @binding(2) var<storage, read_write> merged: Partial;

@compute @workgroup_size(1)
fn main() {
  _ = params.zero;
  var all = Partial();
  for (var i = 0u; i < arrayLength(&given); i++) { all = merge(all, given[i]); }
  merged = all;
}
`;

/** Merges partials one after the other on the device. */
async function mergeAll(
  device: GPUDevice,
  partialWgsl: string,
  partials: readonly (readonly number[])[],
): Promise<Float32Array> {
  const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const data = Float32Array.from(partials.flat());
  const size = 4 * partials[0].length;
  const buffers = [
    device.createBuffer({ size: paramsSize, usage: UNIFORM }),
    device.createBuffer({ size: data.byteLength, usage: STORAGE | COPY_DST }),
    device.createBuffer({ size, usage: STORAGE | COPY_SRC }),
  ];
  device.queue.writeBuffer(buffers[1], 0, data);
  const module = device.createShaderModule({ code: paramsWgsl + partialWgsl + mergeAllWgsl });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const readable = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(buffers[2], 0, readable, 0, size);
  device.queue.submit([encoder.finish()]);
  await readable.mapAsync(GPUMapMode.READ);
  return new Float32Array(readable.getMappedRange().slice(0));
}

/** How far a result is from what is expected, as a share of a scale. */
function assertWithin(share: number, scale: number, actual: number, expected: number): void {
  const error = Math.abs(actual - expected) / scale;
  assert.ok(error <= share, `${actual}, not ${expected}: off by ${error} of ${scale}`);
}

Deno.test("sums that are merged lose nothing that a float32 addition rounds away", async () => {
  const random = seededRandom(1);
  // Magnitudes apart, so that now the sum and now what comes is the larger; rests of their own.
  const values = randomValues(4096, random)
    .map((value, i) => Math.fround(value * 10 ** (i % 7)));
  const rests = values.map((value) => Math.fround(value * 2 ** -25 * random()));
  const partials = values.map((value, i) => [value, rests[i], -3 * value, -3 * rests[i]]);
  const total = (column: number) =>
    partials.reduce(
      (sum, partial) => sum + Math.fround(partial[column]) + Math.fround(partial[column + 1]),
      0,
    );
  const scale = values.reduce((sum, value) => sum + Math.abs(value), 0);
  await withDevice(async (device) => {
    const [first, firstRest, second, secondRest] = await mergeAll(
      device,
      exactWgsl + sumsWgsl + partialSumsWgsl,
      partials,
    );
    assertWithin(2 ** -40, scale, first + firstRest, total(0));
    assertWithin(2 ** -40, 3 * scale, second + secondRest, total(2));
  });
});

/**
 * Merges parts in the given units on the device, and as the CPU does: [mean, Σ(x − mean)²] of both.
 */
async function mergedOnBoth(
  device: GPUDevice,
  parts: readonly (readonly number[])[],
): Promise<{ actual: number[]; expected: number[] }> {
  const rounded = parts.map((part) => part.map(Math.fround));
  const [, scale, mean, meanRest, squares, squaresRest] = await mergeAll(
    device,
    exactWgsl + momentsWgsl + mergedMomentsWgsl,
    rounded,
  );
  const whole = rounded.map(([count, scale, mean, meanRest, squares, squaresRest]) => ({
    mean: new Float64Array([mean + meanRest]),
    variance: new Float64Array([(squares + squaresRest) / scale ** 2 / count]),
    m: count,
  })).reduce<Moments>(mergeMoments, {
    mean: new Float64Array(1),
    variance: new Float64Array(1),
    m: 0,
  });
  return {
    actual: [mean + meanRest, (squares + squaresRest) / scale ** 2],
    expected: [whole.mean[0], whole.variance[0] * whole.m],
  };
}

Deno.test("moments that are merged keep the rests of means and squares, in any scales", async () => {
  const random = seededRandom(2);
  // Beside an offset of 100 the means differ by little, and no term is much larger than another.
  const parts = randomValues(4096, random).map((value, i) => {
    const scale = 2 ** (2 * (i % 3) - 2);
    const [count, squares] = [1 + i % 5, (1 + random()) * scale ** 2];
    const mean = Math.fround(100 + value * 1e-3);
    return [count, scale, mean, random() * 2 ** -19, squares, squares * random() * 2 ** -25];
  });
  await withDevice(async (device) => {
    const { actual, expected } = await mergedOnBoth(device, parts);
    assertWithin(2 ** -28, 100, actual[0], expected[0]);
    assertWithin(2 ** -28, expected[1], actual[1], expected[1]);
  });
});

Deno.test("moments of 1e18 and of 1e-18 are merged in a scale that holds both", async () => {
  const [large, small] = [[3, 2 ** -60, 1e18, 0, 2, 0], [5, 2 ** 60, 1e-18, 0, 2, 0]];
  await withDevice(async (device) => {
    for (const parts of [[large, small], [small, large]]) {
      const { actual, expected } = await mergedOnBoth(device, parts);
      assertWithin(2 ** -22, expected[0], actual[0], expected[0]);
      assertWithin(2 ** -22, expected[1], actual[1], expected[1]);
    }
  });
});
