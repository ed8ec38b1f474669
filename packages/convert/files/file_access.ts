/** Files of Deno and Node: read in parts, and written beside and renamed. */
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ModelFileError } from "./model_file_error.ts";
import type { ByteSource } from "./byte_source.ts";

/** A file that is open for reading. */
export interface OpenFile extends ByteSource {
  /** Closes it. */
  close(): Promise<void>;
}

/** What is read at once at most: the text of a `model.json`, a shard, an archive. */
const largestWhole = 2 ** 31;

/** Refuses what is no file: opening a pipe would wait for ever for who writes into it. */
async function checkRegular(path: string): Promise<void> {
  const found = await stat(path);
  if (found.isFile()) return;
  const kinds = [
    ["a folder", found.isDirectory()],
    ["a pipe (FIFO)", found.isFIFO()],
    ["a socket", found.isSocket()],
  ] as const;
  const got = kinds.find(([, is]) => is)?.[0] ?? "a device";
  throw new ModelFileError(path, "file", "a regular file", got);
}

/** Opens a file to read parts of it. */
export async function openFile(path: string): Promise<OpenFile> {
  await checkRegular(path);
  const handle = await open(path, "r");
  const { size } = await handle.stat();
  return {
    name: path,
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) {
          throw new ModelFileError(path, `byte ${offset + done}`, "more", "the end");
        }
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** Reads a whole file. */
export async function readWhole(path: string): Promise<Uint8Array> {
  await checkRegular(path);
  const { size } = await stat(path);
  if (size > largestWhole) {
    throw new ModelFileError(path, "size", `at most ${largestWhole} bytes`, String(size));
  }
  return new Uint8Array(await readFile(path));
}

/** Whether two paths name the same file. */
export function isSameFile(a: string, b: string): boolean {
  return resolve(a) === resolve(b);
}

/** Whether there is something at a path. */
export function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}

/** Bytes on their way to a file. */
export interface Output {
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Writes files beside where they go, then renames them in this order: on a failure, and
 * or when `signal` is aborted, nothing is left, and a reader never sees half a file.
 */
export async function writeFiles(
  outputs: readonly Output[],
  onProgress: (bytes: number) => void = () => {},
  signal?: AbortSignal,
): Promise<void> {
  const written: { partial: string; path: string }[] = [];
  let total = 0;
  try {
    for (const { path, chunks } of outputs) {
      await mkdir(dirname(path), { recursive: true });
      const partial = `${path}.partial-${crypto.randomUUID().slice(0, 8)}`;
      written.push({ partial, path });
      const handle = await open(partial, "wx");
      try {
        for await (const chunk of chunks) {
          signal?.throwIfAborted();
          await handle.writeFile(chunk);
          onProgress(total += chunk.length);
        }
      } finally {
        await handle.close();
      }
    }
    for (const { partial, path } of written) await rename(partial, path);
  } catch (error) {
    for (const { partial } of written) await rm(partial, { force: true });
    throw error;
  }
}
