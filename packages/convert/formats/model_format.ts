import { expects } from "@renorm/core-math/checks";
import type { ConversionReport } from "../conversion_report.ts";
import type { ConvertToBatchRenormOptions } from "../convert_options.ts";
import type { ModelFile } from "../files/model_file.ts";
import type { Output } from "../files/output.ts";
import type { FoldOptions } from "../fold/fold_options.ts";
import type { Folding } from "../fold/folding_report.ts";
import type { Inspection } from "../inspect.ts";
import type { EpsByPath } from "./safetensors/eps_by_path.ts";
import type { FoldSafetensorsOptions } from "./safetensors/fold_safetensors.ts";

/** What a file may not say of its layers. */
export interface FileOptions {
  /** eps of the batch norms of a checkpoint, which has none (default: PyTorch's, 1e-5). */
  readonly eps?: EpsByPath;
}

/** Options of a conversion, whatever the format; each takes what its files need. */
export interface ConvertFileOptions extends ConvertToBatchRenormOptions, FileOptions {
  /** What the norms become. */
  readonly to: "batch-renorm" | "batch-norm";
  /**
   * Of a model that Keras trained with `renorm=True`: the moments of inference or of training.
   */
  readonly statistics: "inference" | "training";
}

/** Options of a folding: those of a checkpoint, which holds no graph, are the most. */
export type FoldFileOptions = FoldSafetensorsOptions;

/**
 * The options of a folding that a model with a graph has.
 *
 * @throws {TypeError} For those that say what its graph says.
 */
export function graphOptions({ filter, ...others }: FoldFileOptions): FoldOptions {
  const given = Object.keys(others)[0];
  if (given !== undefined) {
    const wanted = "options that a model with a graph has, such as filter";
    throw new TypeError(expects("fold", wanted, `${given}, for checkpoints alone`));
  }
  return filter ? { filter } : {};
}

/** What was made of a file, and the files that are to be written. */
export interface Made<Report> {
  /** What was done, which prints itself. */
  readonly report: Report;
  /** The files, shards before what names them. */
  readonly outputs: readonly Output[];
}

/** A format of model files. A new one is a folder with one such object, and a line in the list. */
export interface ModelFormat {
  /** Whether a file is of this format. */
  recognises(file: ModelFile): boolean | Promise<boolean>;
  /** Looks at its batch norms. */
  inspect(file: ModelFile, options: FileOptions): Promise<Inspection>;
  /** Converts its batch norms, for a file of the name `out`. */
  convert(
    file: ModelFile,
    options: ConvertFileOptions,
    out: string,
  ): Promise<Made<ConversionReport>>;
  /** Folds its batch norms, for a file of the name `out`. */
  fold(file: ModelFile, options: FoldFileOptions, out: string): Promise<Made<Folding>>;
}
