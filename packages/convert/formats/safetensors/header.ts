/**
 * The header of a safetensors file: 8 bytes of length, that many bytes of JSON, then the tensors'
 * bytes without gaps.
 *
 * @see https://github.com/huggingface/safetensors, "Format"
 */
import { show } from "@renorm/core-math/checks";
import type { ByteSource } from "../../files/byte_source.ts";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import { parseJson, scanJson } from "../../files/parse_json.ts";
import { dtypeBits } from "../../files/dtypes.ts";
import { duplicateKey } from "./duplicate_key.ts";
import { objectParts } from "./split_json_object.ts";

/** A tensor of the file. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** First byte and the byte after the last, counted from the first tensor's. */
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface SafetensorsHeader {
  /** In the header's order. */
  readonly tensors: readonly TensorInfo[];
  /** `__metadata__`; null when there is none. */
  readonly metadata: Readonly<Record<string, string>> | null;
  /** Where in the file the tensors' bytes begin. */
  readonly dataStart: number;
}

/** The limit of the reference implementation. */
const largestHeader = 100_000_000;

/** Modules within modules; no network comes near, and each is a call on the stack. */
const deepestName = 100;

/** Reads and checks a header. */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const fail = (place: string, wanted: string, got: string): never => {
    throw new ModelFileError(source.name, place, wanted, got);
  };
  if (source.size < 8) fail("header length", "8 bytes", `a file of ${source.size}`);
  const lengthBytes = await source.read(0, 8);
  const written = new DataView(lengthBytes.slice().buffer).getBigUint64(0, true);
  const most = Math.min(largestHeader, source.size - 8);
  if (written < 2 || written > most) fail("header length", `2 to ${most} bytes`, String(written));
  const length = Number(written);
  const dataStart = 8 + length;
  const { tensors, metadata } = parseHeader(await source.read(8, length), source.name, fail);
  checkOffsets(tensors, source.size - dataStart, fail);
  return { tensors, metadata, dataStart };
}

type Fail = (place: string, wanted: string, got: string) => never;

function parseHeader(
  bytes: Uint8Array,
  file: string,
  fail: Fail,
): Omit<SafetensorsHeader, "dataStart"> {
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    fail("header", "UTF-8", "other bytes");
  }
  let metadata: Record<string, string> | null = null;
  const tensors: TensorInfo[] = [];
  for (const [name, value] of headerEntries(text, file, fail)) {
    if (name === "__metadata__") metadata = checkMetadata(value, fail);
    else tensors.push(checkTensorInfo(name, value, fail));
  }
  return { tensors, metadata };
}

/** The entries of a header, whose values are read as they are asked for where they may be many. */
function* headerEntries(text: string, file: string, fail: Fail): Iterable<[string, unknown]> {
  const names = new Set<string>();
  const parts = objectParts(text);
  for (const part of parts ?? [text]) {
    const json = parseJson(part, file, "header");
    if (!isJsonObject(json)) return fail("header", "a JSON object", show(json));
    // Counting is quick; which key it is costs more, and is asked for only where one is missing.
    const twice = scanJson(part).keys === countKeys(json) ? null : duplicateKey(part);
    if (twice !== null) fail("header", "each key once", `${show(twice)} twice`);
    for (const entry of Object.entries(json)) {
      if (names.has(entry[0])) fail("header", "each key once", `${show(entry[0])} twice`);
      names.add(entry[0]);
      yield entry;
    }
  }
}

/** The keys of an object and of those in it; JSON that is two levels deep has no more. */
function countKeys(json: JsonObject): number {
  const values = Object.values(json);
  return values.reduce<number>(
    (sum, value) => sum + (isJsonObject(value) ? countKeys(value) : 0),
    values.length,
  );
}

function checkMetadata(value: unknown, fail: Fail): Record<string, string> | null {
  // As some writers leave it where there is none; the reference implementation reads it.
  if (value === null) return null;
  if (!isJsonObject(value)) return fail("__metadata__", "an object of strings", show(value));
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") fail(`__metadata__ ${show(key)}`, "a string", show(text));
  }
  return value as Record<string, string>;
}

function checkTensorInfo(name: string, value: unknown, fail: Fail): TensorInfo {
  if (name === "__proto__") fail("header", "names of tensors", show(name));
  if (name.length > deepestName && name.split(".").length > deepestName) {
    fail("header", `names of at most ${deepestName} parts`, `${show(name.slice(0, 40))}...`);
  }
  const refuse = (wanted: string, got: string) => fail(`tensor ${show(name)}`, wanted, got);
  if (!isJsonObject(value)) return refuse("dtype, shape and data_offsets", show(value));
  const { dtype, shape, data_offsets: offsets } = value;
  const other = Object.keys(value).find((key) => !tensorFields.includes(key));
  if (other !== undefined) refuse("dtype, shape and data_offsets only", show(other));
  if (typeof dtype !== "string" || !Object.hasOwn(dtypeBits, dtype)) {
    return refuse(`a dtype among ${Object.keys(dtypeBits).join(", ")}`, show(dtype));
  }
  if (!isCounts(shape)) return refuse("a shape of integers of at least 0", show(shape));
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    return refuse("data_offsets [begin, end] that do not go back", show(offsets));
  }
  const [begin, end] = offsets;
  const bits = shape.reduce((product, n) => product * n, dtypeBits[dtype]);
  if (bits % 8 !== 0) refuse("values that fill whole bytes", `${bits} bits`);
  if (end - begin !== bits / 8) {
    refuse(`${bits / 8} bytes for ${dtype} ${show(shape)}`, `${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

const tensorFields: readonly string[] = ["dtype", "shape", "data_offsets"];

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/**
 * The tensors must cover the data once, without a gap, in whichever order the header lists them.
 */
function checkOffsets(tensors: readonly TensorInfo[], dataLength: number, fail: Fail): void {
  const sorted = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const { name, begin, end } of sorted) {
    if (begin !== reached) {
      fail(
        `tensor ${show(name)}`,
        `data_offsets from ${reached}, without gap or overlap`,
        `${begin}`,
      );
    }
    if (end > dataLength) {
      fail(`tensor ${show(name)}`, `data_offsets within ${dataLength} bytes`, `${end}`);
    }
    reached = end;
  }
  if (reached !== dataLength) fail("data", `${reached} bytes, as the header says`, `${dataLength}`);
}

/** A header to be written. */
interface NewHeader extends Pick<SafetensorsHeader, "metadata"> {
  readonly tensors: Iterable<TensorInfo>;
}

/** Characters of a header that are encoded at a time. */
const pieceLength = 2 ** 20;

/** A header as the bytes that begin a file, padded so that the tensors are aligned to 8 bytes. */
export function printHeader(header: NewHeader): Uint8Array {
  const encoder = new TextEncoder();
  const pieces = [...printedPieces(header)].map((piece) => encoder.encode(piece));
  const length = Math.ceil(pieces.reduce((sum, piece) => sum + piece.length, 0) / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(" ".charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  let offset = 8;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** The JSON in pieces, since an object of a million tensors would be many times its text. */
function* printedPieces({ tensors, metadata }: NewHeader): Iterable<string> {
  let piece = metadata ? `{"__metadata__":${JSON.stringify(metadata)}` : "{";
  let isFirst = metadata === null;
  for (const { name, dtype, shape, begin, end } of tensors) {
    const fields = `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`;
    piece += `${isFirst ? "" : ","}${JSON.stringify(name)}:${fields}`;
    isFirst = false;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}}`;
}
