import { formatOf, type Inspection, openChosenFiles } from "@renorm/convert";
import type { Target } from "./texts.ts";

/** A model that was chosen. */
export interface ChosenModel {
  readonly name: string;
  readonly inspection: Inspection;
  /** Converts it; gives what was done, in words, and the files: none if nothing was. */
  convert(to: Target, limits: RenormChoice): Promise<{ report: string; files: readonly File[] }>;
}

/** What batch renorm begins with. */
export interface RenormChoice {
  readonly rmax: number;
  readonly dmax: number;
  readonly warmupSteps: number;
}

/**
 * Opens and inspects a model.
 *
 * @throws {Error} for files that are none, in the words of `@renorm/convert`
 */
export async function openChosenModel(files: readonly File[]): Promise<ChosenModel> {
  const file = await openChosenFiles(files);
  const format = await formatOf(file);
  return {
    name: file.name,
    inspection: await format.inspect(file, {}),
    async convert(to, limits) {
      const named = newName(file.name, to);
      const { report, outputs } = to === "folded"
        ? await format.fold(file, {}, named)
        : await format.convert(
          file,
          { to, statistics: "inference", ...to === "batch-renorm" ? limits : {} },
          named,
        );
      const changed = "folded" in report ? report.folded : report.converted;
      const made = changed.length === 0 ? [] : outputs.map(async ({ name, chunks }) => {
        const parts: BlobPart[] = [];
        for await (const chunk of chunks) parts.push(new Uint8Array(chunk));
        return new File(parts, name.split("/").at(-1)!);
      });
      return { report: String(report), files: await Promise.all(made) };
    },
  };
}

/** `model.json` as `model.batch-renorm.json`; an index of shards keeps its end. */
function newName(name: string, to: Target): string {
  return name.replace(/(\.safetensors)?(\.index)?\.[^.]*$/, (end) => `.${to}${end}`);
}
