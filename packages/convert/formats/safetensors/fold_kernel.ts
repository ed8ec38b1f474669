import type { ByteSource } from "../../files/byte_source.ts";
import { decode, dtypeBits, encode } from "../../files/dtypes.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { FoldableKernel } from "./foldable_kernel.ts";
import { copyBytes } from "./write_safetensors.ts";

/**
 * The bytes of a kernel with each channel multiplied by its factor, in float64 and rounded once,
 * chunk by chunk.
 *
 * @param offset Where in `source` the kernel begins.
 * @throws {ModelFileError} For a value that its dtype is too narrow for after it.
 */
export async function* foldKernel(
  source: ByteSource,
  offset: number,
  { weight, runLength, channelOf }: FoldableKernel,
  factors: Float64Array,
): AsyncIterable<Uint8Array> {
  const { dtype, begin, end, name } = weight;
  let index = 0;
  for await (const bytes of copyBytes(source, offset, end - begin)) {
    const values = decode(dtype, bytes);
    for (let i = 0; i < values.length;) {
      const position = index + i;
      const factor = factors[channelOf(Math.floor(position / runLength))];
      const stop = Math.min(values.length, i + runLength - position % runLength);
      for (; i < stop; i++) values[i] *= factor;
    }
    if (overflows(values, dtype)) {
      const wanted = `values that ${dtype} holds after folding`;
      throw new ModelFileError(source.name, `tensor ${name}`, wanted, "a larger one");
    }
    yield encode(dtype, values);
    index += bytes.length / (dtypeBits[dtype] / 8);
  }
}

const largest: Readonly<Record<string, number>> = {
  F16: 65520,
  BF16: 2 ** 128 - 2 ** 119,
  F32: 2 ** 128 - 2 ** 103,
  F64: Infinity,
};

/** Whether a finite value becomes infinite in a dtype. */
export function overflows(values: Float64Array, dtype: string): boolean {
  const bound = largest[dtype];
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size >= bound && size < Infinity) return true;
  }
  return false;
}
