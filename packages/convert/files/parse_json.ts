import { ModelFileError } from "./model_file_error.ts";

/** Models within models; far more than any has, far less than a call stack. */
const deepest = 500;

/** Parses JSON that came from outside: bounded in depth, since walking it is recursive. */
export function parseJson(text: string, file: string, place: string): unknown {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    if (depth > deepest) {
      throw new ModelFileError(file, place, `JSON at most ${deepest} deep`, "deeper");
    }
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelFileError(file, place, "JSON", (error as Error).message);
  }
}
