import type { Tensor } from "@renorm/wasm-kernels";

/**
 * A 3 × 3 convolution with padding 1 and no bias, channels-first, the kind that stands before a
 * batch norm: `y[n, o, i, j] = Σ_c Σ_k Σ_l weight[o, c, k, l] · x[n, c, i + k − 1, j + l − 1]`.
 *
 * @param x `[n, c, h, w]`.
 * @param weight `[filters, c, 3, 3]`.
 * @returns `[n, filters, h, w]`.
 */
export function convolve(x: Tensor, weight: Tensor): Tensor {
  const [n, channels, height, width] = x.shape;
  const [filters] = weight.shape;
  const plane = height * width;
  const y = new Float32Array(n * filters * plane);
  for (let sample = 0; sample < n; sample++) {
    for (let filter = 0; filter < filters; filter++) {
      for (let channel = 0; channel < channels; channel++) {
        const source = (sample * channels + channel) * plane;
        const target = (sample * filters + filter) * plane;
        const taps = weight.data.subarray((filter * channels + channel) * 9);
        addPlane(x.data.subarray(source), taps, y.subarray(target), height, width);
      }
    }
  }
  return { data: y, shape: [n, filters, height, width] };
}

function addPlane(
  x: Float32Array,
  taps: Float32Array,
  y: Float32Array,
  height: number,
  width: number,
): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let k = Math.max(0, 1 - row); k < Math.min(3, height + 1 - row); k++) {
        for (let l = Math.max(0, 1 - column); l < Math.min(3, width + 1 - column); l++) {
          sum += taps[k * 3 + l] * x[(row + k - 1) * width + column + l - 1];
        }
      }
      y[row * width + column] += sum;
    }
  }
}

/**
 * ReLU and then the average over squares of `size × size` values:
 * `[n, c, h, w]` to `[n, c, h / size, w / size]`.
 */
export function rectifyAndPool(x: Tensor, size: number): Tensor {
  const [n, channels, height, width] = x.shape;
  const shape = [n, channels, height / size, width / size];
  const data = new Float32Array(x.data.length / (size * size));
  x.data.forEach((value, i) => {
    const column = Math.floor(i % width / size);
    // Rows of all planes follow each other, and size divides the height.
    const row = Math.floor(Math.floor(i / width) / size);
    data[row * shape[3] + column] += Math.max(value, 0) / (size * size);
  });
  return { data, shape };
}
