import { visibleText } from "./visible_text.ts";

/** A file that is no model, or a broken one. The text names the file, the place and the value. */
export class ModelFileError extends Error {
  /** The class' name. */
  override readonly name = "ModelFileError";

  /**
   * Makes the text `<file>, <place>: expected <wanted>, got <got>`.
   *
   * @param file The file's name.
   * @param place Where in it: a field, a tensor, an entry.
   * @param wanted What should be there.
   * @param got What is.
   */
  constructor(readonly file: string, readonly place: string, wanted: string, got: string) {
    super(visibleText(`${file}, ${place}: expected ${wanted}, got ${got}`));
  }
}
