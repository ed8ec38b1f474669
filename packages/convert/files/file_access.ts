/** Files of Deno and Node: read in parts, and written beside and renamed. */
import { lstat, mkdir, open, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ModelFileError } from "./model_file_error.ts";
import { type ByteSource, readAll } from "./byte_source.ts";
import type { Output } from "./output.ts";

/** A file that is open for reading. */
interface OpenFile extends ByteSource {
  /** Closes it. */
  close(): Promise<void>;
}

/** What stands at a path, links followed: `"a file"`, `"a folder"`; null for nothing. */
export async function kindAt(path: string): Promise<string | null> {
  const found = await stat(path).catch((error) => {
    if (error.code !== "ENOENT") throw error;
    return lstat(path).catch(() => null);
  });
  if (found === null) return null;
  const kinds = [
    ["a file", found.isFile()],
    ["a folder", found.isDirectory()],
    ["a pipe (FIFO)", found.isFIFO()],
    ["a socket", found.isSocket()],
    ["a link to nothing", found.isSymbolicLink()],
  ] as const;
  return kinds.find(([, is]) => is)?.[0] ?? "a device";
}

/** Refuses what is no file: opening a pipe would wait for ever for who writes into it. */
async function checkRegular(path: string): Promise<void> {
  const got = (await stat(path)).isFile() ? "a file" : await kindAt(path);
  if (got !== "a file") throw new ModelFileError(path, "file", "a regular file", got!);
}

/** Opens a file to read parts of it. */
export async function openFile(path: string): Promise<OpenFile> {
  await checkRegular(path);
  const handle = await open(path, "r");
  const { size } = await handle.stat();
  return {
    name: path,
    size,
    read: readAhead(size, read),
    close: () => handle.close(),
  };

  async function read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) {
        throw new ModelFileError(path, `byte ${offset + done}`, "more", "the end");
      }
      done += bytesRead;
    }
    return bytes;
  }
}

/** Bytes that are read where fewer are asked for: the vectors of a norm stand beside each other. */
const aheadBytes = 2 ** 16;

function readAhead(size: number, read: ByteSource["read"]): ByteSource["read"] {
  let start = 0;
  let ahead: Uint8Array = new Uint8Array(0);
  return async (offset, length) => {
    if (length > aheadBytes / 2 || offset + length > size) return await read(offset, length);
    if (offset < start || offset + length > start + ahead.length) {
      const bytes = await read(offset, Math.min(aheadBytes, size - offset));
      [start, ahead] = [offset, bytes];
      return bytes.subarray(0, length);
    }
    return ahead.subarray(offset - start, offset - start + length);
  };
}

/** Reads a whole file. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    return await readAll(file);
  } finally {
    await file.close();
  }
}

/** Whether two paths name the same file. */
export function isSameFile(a: string, b: string): boolean {
  return resolve(a) === resolve(b);
}

/** Bytes on their way to a path. */
export interface Written {
  readonly path: string;
  readonly chunks: Output["chunks"];
}

/**
 * Writes files beside where they go, then renames them in this order: on a failure, or when
 * `signal` is aborted, nothing is left, and a reader never sees half a file.
 */
export async function writeFiles(
  outputs: readonly Written[],
  onProgress: (bytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<void> {
  const written: { partial: string; path: string }[] = [];
  const folders: string[] = [];
  let total = 0;
  try {
    for (const { path, chunks } of outputs) {
      folders.push(...await makeFolder(dirname(path)));
      const partial = `${path}.partial-${crypto.randomUUID().slice(0, 8)}`;
      written.push({ partial, path });
      const handle = await open(partial, "wx");
      try {
        for await (const chunk of joinSmall(chunks)) {
          signal?.throwIfAborted();
          await handle.writeFile(chunk);
          onProgress(total += chunk.length);
        }
      } finally {
        await handle.close();
      }
    }
    signal?.throwIfAborted();
    for (const { partial, path } of written) await rename(partial, path);
  } catch (error) {
    for (const { partial } of written) await rm(partial, { force: true }).catch(() => {});
    for (const folder of folders.reverse()) await rmdir(folder).catch(() => {});
    throw error;
  }
}

/** Bytes that are written at a time where chunks are smaller. */
const blockBytes = 2 ** 18;

/** Chunks with the small ones joined: a file may have a million of some bytes each. */
async function* joinSmall(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let block = new Uint8Array(blockBytes);
  let filled = 0;
  for await (const chunk of chunks) {
    if (filled + chunk.length > blockBytes) {
      if (filled > 0) yield block.subarray(0, filled);
      [block, filled] = [new Uint8Array(blockBytes), 0];
    }
    if (chunk.length > blockBytes) yield chunk;
    else {
      block.set(chunk, filled);
      filled += chunk.length;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** Makes a folder and those above it; gives those that were not there, from above to below. */
async function makeFolder(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return [];
  const made = [resolve(folder)];
  while (made[0] !== resolve(first)) made.unshift(dirname(made[0]));
  return made;
}
