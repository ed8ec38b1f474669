import { notebookCells } from "./notebook_cells.ts";
import { runCells } from "./run_cells.ts";

/**
 * A page of the guide as a notebook for Deno's Jupyter kernel, with what each cell prints.
 *
 * @throws {Error} for a cell that throws
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html, version 4.5
 */
export async function notebook(page: string): Promise<string> {
  const cells = notebookCells(page);
  const outputs = await runCells(
    cells.filter(({ kind }) => kind === "code").map(({ text }) => text),
  );
  let run = 0;
  return `${
    JSON.stringify(
      {
        cells: cells.map(({ kind, text }, i) => {
          const cell = { cell_type: kind, id: `cell-${i}`, metadata: {}, source: lines(text) };
          if (kind === "markdown") return cell;
          const printed = outputs[run++];
          return {
            ...cell,
            execution_count: run,
            outputs: printed === ""
              ? []
              : [{ output_type: "stream", name: "stdout", text: lines(printed) }],
          };
        }),
        metadata: {
          kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
          language_info: {
            name: "typescript",
            file_extension: ".ts",
            mimetype: "text/x.typescript",
          },
        },
        ...{ nbformat: 4, nbformat_minor: 5 },
      },
      null,
      1,
    )
  }\n`;
}

/** A text's lines, each with its end, as the format has them. */
function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
