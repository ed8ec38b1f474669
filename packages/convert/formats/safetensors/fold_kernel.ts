import type { ByteSource } from "../../files/byte_source.ts";
import { decode, dtypeBits, halfCodec } from "../../files/dtypes.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { FoldableKernel } from "./foldable_kernel.ts";
import { copyBytes } from "./write_safetensors.ts";

/** What the values of a kernel are multiplied by: the factor of a run's channel. */
interface Factors {
  readonly runLength: number;
  ofRun(run: number): number;
}

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
  byChannel: Float64Array,
): AsyncIterable<Uint8Array> {
  const { dtype, begin, end, name } = weight;
  const factors = { runLength, ofRun: (run: number) => byChannel[channelOf(run)] };
  let first = 0;
  for await (const bytes of copyBytes(source, offset, end - begin)) {
    // Bytes of their own, which begin where values may.
    const folded = new Uint8Array(bytes);
    if (multiply(dtype, folded, first, factors) && overflowed(dtype, bytes, folded)) {
      const wanted = `values that ${dtype} holds after folding`;
      throw new ModelFileError(source.name, `tensor ${name}`, wanted, "a larger one");
    }
    yield folded;
    first += bytes.length / (dtypeBits[dtype] / 8);
  }
}

/** Multiplies values, of which the one at `first` is the first; tells whether one is not finite. */
function multiply(
  dtype: string,
  { buffer }: Uint8Array,
  first: number,
  factors: Factors,
): boolean {
  if (dtype === "F32") return multiplyFloats(new Float32Array(buffer), first, factors);
  if (dtype === "F64") return multiplyFloats(new Float64Array(buffer), first, factors);
  return multiplyHalves(dtype, new Uint16Array(buffer), first, factors);
}

function multiplyFloats(
  values: Float32Array | Float64Array,
  first: number,
  { runLength, ofRun }: Factors,
): boolean {
  /** Zero as long as all are finite: infinity less itself is NaN. */
  let differences = 0;
  for (let i = 0; i < values.length;) {
    const run = Math.floor((first + i) / runLength);
    const stop = Math.min(values.length, (run + 1) * runLength - first);
    const factor = ofRun(run);
    for (; i < stop; i++) {
      // The product is one of float64; storing it rounds.
      values[i] *= factor;
      differences += values[i] - values[i];
    }
  }
  return differences !== 0;
}

/** Values that are multiplied before they are rounded: few enough to stay in a cache. */
const blockLength = 2 ** 12;

function multiplyHalves(
  dtype: string,
  halves: Uint16Array,
  first: number,
  { runLength, ofRun }: Factors,
): boolean {
  const { values, write } = halfCodec(dtype)!;
  let isInfinite = false;
  const block = new Float32Array(Math.min(blockLength, halves.length));
  for (let at = 0; at < halves.length; at += blockLength) {
    const part = halves.subarray(at, at + blockLength);
    for (let i = 0; i < part.length;) {
      const run = Math.floor((first + at + i) / runLength);
      const stop = Math.min(part.length, (run + 1) * runLength - first - at);
      const factor = ofRun(run);
      for (; i < stop; i++) block[i] = values[part[i]] * factor;
    }
    const exact = (i: number) => values[part[i]] * ofRun(Math.floor((first + at + i) / runLength));
    if (write(block.subarray(0, part.length), exact, part)) isInfinite = true;
  }
  return isInfinite;
}

/** Whether a finite value became infinite. */
function overflowed(dtype: string, before: Uint8Array, after: Uint8Array): boolean {
  const was = decode(dtype, before);
  return decode(dtype, after).some((value, i) =>
    !Number.isFinite(value) && Number.isFinite(was[i])
  );
}
