import type { ConversionReport } from "../conversion.ts";
import type { ConvertToBatchRenormOptions } from "../convert_options.ts";
import type { Output } from "../files/file_access.ts";
import type { ModelFile } from "../files/model_file.ts";
import type { Folding } from "../fold/folding.ts";
import type { Inspection } from "../inspect.ts";

/** What a file may not say of its layers. */
export interface FileOptions {
  readonly eps?: number;
}

/** Options of a conversion, whatever the format; each takes what its files need. */
export interface ConvertFileOptions extends ConvertToBatchRenormOptions, FileOptions {
  readonly to: "batch-renorm" | "batch-norm";
  readonly statistics: "inference" | "training";
}

/** Options of a folding. */
export interface FoldFileOptions extends FileOptions {
  readonly pairs: Readonly<Record<string, string>>;
}

/** What was made of a file, and the files that are to be written. */
export interface Made<Report> {
  readonly report: Report;
  readonly outputs: readonly Output[];
}

/** A format of model files. A new one is a folder with one such object, and a line in the list. */
export interface ModelFormat {
  /** Whether a file is of this format. */
  recognises(file: ModelFile): boolean | Promise<boolean>;
  /** Looks at its batch norms. */
  inspect(file: ModelFile, options: FileOptions): Promise<Inspection>;
  /** Converts its batch norms, to be written to `out`. */
  convert(
    file: ModelFile,
    options: ConvertFileOptions,
    out: string,
  ): Promise<Made<ConversionReport>>;
  /** Folds its batch norms, to be written to `out`. */
  fold(file: ModelFile, options: FoldFileOptions, out: string): Promise<Made<Folding>>;
}
