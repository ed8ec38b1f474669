/** Zip archives as Keras writes them: read with every size and checksum checked, written stored. */
import { show } from "@renorm/core-math/checks";
import { inflateSync, zipSync } from "fflate";
import { isInside } from "../../files/inside_folder.ts";
import { ModelFileError } from "../../files/model_file_error.ts";

/** A deflated byte becomes at most so many; an entry that claims more lies. */
const largestRatio = 1032;
/**
 * All entries together, so that a small archive cannot fill the memory. Weights hardly shrink when
 * they are packed, and Keras does not pack them.
 */
function largestTotal(archive: number): number {
  return Math.max(2 ** 27, 4 * archive);
}

/** Unpacks an archive. */
export function unzip(
  bytes: Uint8Array,
  file: string,
  mostBytes = largestTotal(bytes.length),
): Map<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  let total = 0;
  for (const entry of centralDirectory(bytes, file)) {
    const { name, method, compressed, size, crc } = entry;
    const place = `entry ${show(name)}`;
    const fail = (wanted: string, got: string): never => {
      throw new ModelFileError(file, place, wanted, got);
    };
    if (name.endsWith("/")) continue;
    if (!isInside(name)) fail("a path within the archive", show(name));
    if (entries.has(name)) fail("one entry of the name", "two");
    total += size;
    if (total > mostBytes) fail(`at most ${mostBytes} bytes in all`, String(total));
    if (method === 0 ? size !== compressed.length : size > largestRatio * compressed.length + 64) {
      fail(`a size that ${compressed.length} packed bytes can have`, String(size));
    }
    const data = method === 0 ? compressed : inflated(compressed, size, fail);
    if (data.length !== size) fail(`${size} bytes`, String(data.length));
    if (crc32(data) !== crc) fail("bytes of its checksum", "damaged ones");
    entries.set(name, data);
  }
  return entries;
}

/** Packs entries without compressing them, as Keras does; the same entries give the same bytes. */
export function zip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: "1980-01-01T12:00:00" });
}

function inflated(
  compressed: Uint8Array,
  size: number,
  fail: (wanted: string, got: string) => never,
): Uint8Array {
  try {
    return inflateSync(compressed, { out: new Uint8Array(size) });
  } catch (error) {
    return fail("deflated bytes", (error as Error).message);
  }
}

interface Entry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly compressed: Uint8Array;
  readonly size: number;
  readonly crc: number;
}

/** The archive's own list of its entries, at its end. */
function* centralDirectory(bytes: Uint8Array, file: string): Iterable<Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (place: string, wanted: string, got: string): never => {
    throw new ModelFileError(file, place, wanted, got);
  };
  const need = (offset: number, length: number, what: string) => {
    if (offset + length > bytes.length) {
      fail(what, `${length} bytes at ${offset}`, `a file of ${bytes.length}`);
    }
    return offset;
  };
  // The end record is the last thing but a comment of at most 65 535 bytes.
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 65_558 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) fail("end", "a zip archive", "none");
  const count = view.getUint16(end + 10, true);
  let offset = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    const place = `entry ${i}`;
    need(offset, 46, place);
    if (view.getUint32(offset, true) !== 0x02014b50) fail(place, "a directory entry", "none");
    const [flags, method] = [view.getUint16(offset + 8, true), view.getUint16(offset + 10, true)];
    const crc = view.getUint32(offset + 16, true);
    const packed = view.getUint32(offset + 20, true);
    const size = view.getUint32(offset + 24, true);
    const nameLength = view.getUint16(offset + 28, true);
    const extra = view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
    const local = view.getUint32(offset + 42, true);
    need(offset + 46, nameLength, place);
    const name = new TextDecoder().decode(bytes.subarray(offset + 46, offset + 46 + nameLength));
    if (flags & 1) fail(`entry ${show(name)}`, "no password", "one");
    if (method !== 0 && method !== 8) {
      fail(`entry ${show(name)}`, "stored or deflated bytes", `method ${method}`);
    }
    if ([packed, size, local].includes(0xffffffff)) {
      fail(`entry ${show(name)}`, "fewer than 4 GiB", "zip64");
    }
    need(local, 30, `entry ${show(name)}`);
    if (view.getUint32(local, true) !== 0x04034b50) fail(`entry ${show(name)}`, "a header", "none");
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    need(start, packed, `entry ${show(name)}`);
    yield { name, method, compressed: bytes.subarray(start, start + packed), size, crc };
    offset += 46 + nameLength + extra;
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum of zip entries (CRC-32, ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ crcTable[(rest ^ byte) & 0xff];
  return (rest ^ 0xffffffff) >>> 0;
}
