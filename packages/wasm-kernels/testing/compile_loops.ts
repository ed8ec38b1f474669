/** `deno task wasm:build`: from AssemblyScript to the bytes that wasm-kernels carries. */
import asc from "assemblyscript/asc";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";

const help =
  `Compiles packages/wasm-kernels/assembly and writes packages/wasm-kernels/wasm_base64.ts.

Usage: deno task wasm:build [--check]

  --check    write nothing, and fail where the file is not what the sources compile to
  --help     print this text, as -h does; --version prints the version

Exit status: 0 done, 1 a failure, 2 wrong usage.
`;

const packageFolder = new URL("../", import.meta.url);
const target = new URL("wasm_base64.ts", packageFolder);

/** The text of the file that carries the bytes. */
export async function compiledText(): Promise<string> {
  const bytes = await compile();
  const base64 = btoa(String.fromCharCode(...bytes));
  return `/** The loops of \`assembly/\` in WebAssembly, ${bytes.length} bytes: \`deno task wasm:build\`. */
export const wasmBase64 =
  "${base64}";
`;
}

/** Compiles the sources; the memory is imported, so that each instance can have its own. */
async function compile(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const options = ["-Oz", "--converge", "--noAssert", "--runtime", "stub"];
  const { error, stderr } = await asc.main(
    ["index.ts", "--outFile", "loops.wasm", "--importMemory", "--enable", "simd", ...options],
    {
      readFile: (name) => readSource(name),
      writeFile: (_, contents) => void (bytes = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error || !bytes) throw new Error(`the loops do not compile:\n${stderr}`);
  return bytes;
}

/**
 * A source by the name that the compiler asks for; null where there is none, as in its own library.
 */
async function readSource(name: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(new URL(`assembly/${name}`, packageFolder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function build(isCheck: boolean): Promise<number> {
  const text = await compiledText();
  if (!isCheck) {
    await Deno.writeTextFile(target, text);
    return 0;
  }
  const isSame = text === await Deno.readTextFile(target);
  if (!isSame) console.error("wasm_base64.ts is not what the sources compile to");
  return isSame ? 0 : 1;
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
