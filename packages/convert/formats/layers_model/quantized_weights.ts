/** How TensorFlow.js stores a weight: float32, or quantised to fewer bytes. */
import { show } from "@renorm/core-math/checks";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { decode } from "../../files/dtypes.ts";

const valueBytes: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  float16: 2,
  uint8: 1,
  uint16: 2,
};

/** Bytes of one value of a weight; a text that says what is wrong with its dtype otherwise. */
export function bytesPerValue({ dtype, quantization }: JsonObject): number | string {
  const quantized = isJsonObject(quantization) ? quantization : null;
  const stored = quantized?.dtype ?? dtype;
  const allowed = quantized ? ["uint8", "uint16", "float16"] : Object.keys(valueBytes).slice(0, 4);
  if (!allowed.includes(stored as string)) return `a dtype among ${allowed.join(", ")}`;
  const needsRange = stored === "uint8" || stored === "uint16";
  if (quantized && needsRange && ![quantized.min, quantized.scale].every(Number.isFinite)) {
    return `numbers for min and scale beside ${show(stored)}`;
  }
  return valueBytes[stored as string];
}

/** The float32 values of a weight, as TensorFlow.js restores them. Null for another dtype. */
export function weightValues(spec: JsonObject, bytes: Uint8Array): Float32Array | null {
  if (spec.dtype !== "float32") return null;
  const quantized = isJsonObject(spec.quantization) ? spec.quantization : null;
  if (!quantized) return Float32Array.from(decode("F32", bytes));
  if (quantized.dtype === "float16") return Float32Array.from(decode("F16", bytes));
  const { min, scale } = quantized as { min: number; scale: number };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return quantized.dtype === "uint8"
    ? Float32Array.from(bytes, (value) => value * scale + min)
    : Float32Array.from(
      { length: bytes.length / 2 },
      (_, i) => view.getUint16(2 * i, true) * scale + min,
    );
}
