import { join } from "node:path";
import { fileURLToPath } from "node:url";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));

/** What stands between the outputs of two cells. */
const mark = "\u241e";

/**
 * What each cell prints, all run one after another by Deno's REPL, which Deno's Jupyter kernel is
 * too: a name lives on in the cells below and may be declared anew.
 *
 * @throws {Error} for a cell that throws, with its text
 */
export async function runCells(cells: readonly string[]): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    const files = await Promise.all(cells.map(async (code, i) => {
      const file = join(folder, `cell_${i}.ts`);
      await Deno.writeTextFile(file, `${code}\nconsole.log(${JSON.stringify(mark)});\n`);
      return file;
    }));
    const command = new Deno.Command(Deno.execPath(), {
      args: ["repl", "--quiet", "--allow-read", "--allow-env", `--eval-file=${files.join(",")}`],
      cwd: docs,
      env: { NO_COLOR: "1" },
      stdin: "null",
    });
    const { stdout, stderr } = await command.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    const printed = out.split(`${mark}\n`);
    if (printed.length === cells.length + 1) return printed.slice(0, -1);
    throw new Error(`${printed.length - 1} of ${cells.length} cells ran: ${out}${err}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
