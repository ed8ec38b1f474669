/** What a user of `@renorm/webgpu-kernels` writes: a layer trained on a device of their own. */
import { downloadAll, GpuBatchRenorm, upload } from "@renorm/webgpu-kernels";
import { learningRate, limits, type Losses, meanSquaredError, shape, steps, x } from "./problem.ts";

/** Trains the layer on the first adapter. */
export async function train(gpu: GPU): Promise<Losses> {
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("expected a WebGPU adapter: got none");
  const device = await adapter.requestDevice();
  const layer = new GpuBatchRenorm(device, shape[1], limits);
  const zeros = { data: new Float32Array(x.length), shape };
  const [input, y, dy, dx] = [{ data: x, shape }, zeros, zeros, zeros].map((tensor) =>
    upload(device, tensor)
  );
  const vectors = [layer.weight, layer.weightGrad, layer.bias, layer.biasGrad]
    .map((buffer) => ({ buffer: buffer!, shape: [shape[1]] }));
  const submit = (record: (encoder: GPUCommandEncoder) => void) => {
    const encoder = device.createCommandEncoder();
    record(encoder);
    device.queue.submit([encoder.finish()]);
  };
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    submit((encoder) => layer.forward(encoder, input, y));
    const [output] = await downloadAll(device, [y]);
    const { loss, dy: gradient } = meanSquaredError(output.data);
    losses.push(loss);
    device.queue.writeBuffer(dy.buffer, 0, gradient);
    submit((encoder) => layer.backward(encoder, dy, dx));
    const [weight, weightGrad, bias, biasGrad] = await downloadAll(device, vectors);
    const moved = (from: ArrayLike<number>, gradient: ArrayLike<number>) =>
      Float32Array.from(from, (value, c) => value - learningRate * gradient[c]);
    device.queue.writeBuffer(layer.weight!, 0, moved(weight.data, weightGrad.data));
    device.queue.writeBuffer(layer.bias!, 0, moved(bias.data, biasGrad.data));
  }
  layer.destroy();
  device.destroy();
  return { gpu: losses };
}
