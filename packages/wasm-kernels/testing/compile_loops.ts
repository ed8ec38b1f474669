/** `deno task wasm:build`: from AssemblyScript to the bytes that wasm-kernels carries. */
import asc from "assemblyscript/asc";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";

const help =
  `Compiles the loops in WebAssembly, of packages/wasm-kernels and of an experiment, and writes their
bytes as base64 beside the folders assembly.

Usage: deno task wasm:build [--check]

  --check    write nothing, and fail where a file is not what the sources compile to
  --help     print this text, as -h does; --version prints the version

Exit status: 0 done, 1 a failure, 2 wrong usage.
`;

/** What is compiled: the first file of a folder `assembly`, and a constant in a file beside it. */
export interface Loops {
  readonly entry: URL;
  readonly target: URL;
  readonly constant: string;
}

/** All there are. */
export const allLoops: readonly Loops[] = [
  ["../", "index.ts", "wasm_base64.ts", "wasmBase64"],
  ["../../experiments/crossq/", "multiply.ts", "multiply_base64.ts", "multiplyBase64"],
].map(([folder, entry, target, constant]) => ({
  entry: new URL(`${folder}assembly/${entry}`, import.meta.url),
  target: new URL(folder + target, import.meta.url),
  constant,
}));

/** The text of the file that carries the bytes. */
export async function compiledText({ entry, constant }: Loops): Promise<string> {
  const bytes = await compile(entry);
  const base64 = btoa(String.fromCharCode(...bytes));
  return `/** The loops of \`assembly/\` in WebAssembly, ${bytes.length} bytes: \`deno task wasm:build\`. */
export const ${constant} =
  "${base64}";
`;
}

/** Compiles the sources; the memory is imported, so that each instance can have its own. */
async function compile(entry: URL): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const options = ["-Oz", "--converge", "--noAssert", "--runtime", "stub"];
  const { error, stderr } = await asc.main(
    ["entry.ts", "--outFile", "loops.wasm", "--importMemory", "--enable", "simd", ...options],
    {
      readFile: (name) => readSource(name === "entry.ts" ? entry : new URL(name, entry)),
      writeFile: (_, contents) => void (bytes = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error || !bytes) throw new Error(`the loops do not compile:\n${stderr}`);
  return bytes;
}

/** A source; null where there is none, as for the compiler's own library. */
async function readSource(file: URL): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function build(isCheck: boolean): Promise<number> {
  let status = 0;
  for (const loops of allLoops) {
    const text = await compiledText(loops);
    if (!isCheck) await Deno.writeTextFile(loops.target, text);
    else if (text !== await Deno.readTextFile(loops.target)) {
      console.error(`${fileURLToPath(loops.target)} is not what the sources compile to`);
      status = 1;
    }
  }
  return status;
}

if (import.meta.main) {
  const options = { check: { type: "boolean", default: false } } as const;
  await runTask({
    name: "wasm:build",
    help,
    read: (args) => parseArgs({ args, options }).values.check,
    run: build,
  });
}
