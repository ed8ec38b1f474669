/** Checkpoints for the tests, made in memory. */
import assert from "node:assert/strict";
import { decode, encode } from "../files/dtypes.ts";
import {
  foldSafetensors,
  type FoldSafetensorsOptions,
} from "../formats/safetensors/fold_safetensors.ts";
import { printHeader } from "../formats/safetensors/header.ts";
import { readSafetensors } from "../formats/safetensors/read_safetensors.ts";

/** A tensor of a checkpoint: float32 unless it says otherwise, `I64` for counts. */
export interface TestTensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  readonly dtype?: string;
}

/** A file of tensors. */
export function fileOf(
  tensors: Record<string, TestTensor>,
  metadata: Record<string, string> | null = { format: "pt" },
): Uint8Array {
  let end = 0;
  const parts = Object.values(tensors).map(({ dtype = "F32", values }) =>
    dtype === "I64"
      ? new Uint8Array(BigInt64Array.from(Array.from(values, BigInt)).buffer)
      : encode(dtype, Float64Array.from(values))
  );
  const infos = Object.entries(tensors).map(([name, { shape, dtype = "F32" }], i) => {
    end += parts[i].length;
    return { name, dtype, shape, begin: end - parts[i].length, end };
  });
  const header = printHeader({ tensors: infos, metadata });
  const bytes = new Uint8Array(header.length + end);
  bytes.set(header);
  parts.forEach((part, i) => bytes.set(part, header.length + infos[i].begin));
  return bytes;
}

/** The values of a file's tensors by name. */
export async function valuesOf(bytes: Uint8Array): Promise<Map<string, Float64Array>> {
  const { tensors } = await readSafetensors(bytes);
  return new Map([...tensors].map(([name, { values }]) => [name, values!]));
}

/** Values as they are after being stored in a dtype. */
export function stored(dtype: string, values: readonly number[]): number[] {
  return [...decode(dtype, encode(dtype, Float64Array.from(values)))];
}

/** The four tensors of a batch norm, of the channels of `mean`. */
export function norm(
  path: string,
  vectors: Partial<Record<"weight" | "bias" | "mean" | "variance", readonly number[]>> = {},
): Record<string, TestTensor> {
  const { weight = [2, 3], bias = [5, 7], mean = [1, 2], variance = [3, 8] } = vectors;
  const names = { weight, bias, running_mean: mean, running_var: variance };
  return Object.fromEntries(
    Object.entries(names).map(([name, values]) => [
      `${path}.${name}`,
      { shape: [values.length], values },
    ]),
  );
}

/** The weight of a convolution of two channels. */
export const conv: TestTensor = { shape: [2, 1, 1, 2], values: [1, 2, 3, 4] };

/** Why the only norm of a file is left. */
export async function reasonFor(
  tensors: Record<string, TestTensor>,
  options: FoldSafetensorsOptions = {},
): Promise<string> {
  const { folded, skipped } = await foldSafetensors(fileOf(tensors), options);
  assert.deepEqual(folded, []);
  assert.equal(skipped.length, 1);
  return skipped[0].reason;
}
