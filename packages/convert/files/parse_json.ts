import { ModelFileError } from "./model_file_error.ts";

/** Models within models; far more than any has, far less than a call stack. */
const deepest = 500;

/** Parses JSON that came from outside: bounded in depth, since walking it is recursive. */
export function parseJson(text: string, file: string, place: string): unknown {
  if (scanJson(text).depth > deepest) {
    throw new ModelFileError(file, place, `JSON at most ${deepest} deep`, "deeper");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelFileError(file, place, "JSON", (error as Error).message);
  }
}

/** How deep a JSON text goes, and how many keys its objects have; it ends where it is too deep. */
export function scanJson(text: string): { readonly depth: number; readonly keys: number } {
  const [quote, backslash, colon] = [0x22, 0x5c, 0x3a];
  let [depth, most, keys] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      for (i++; i < text.length && text.charCodeAt(i) !== quote; i++) {
        if (text.charCodeAt(i) === backslash) i++;
      }
    } else if (code === colon) keys++;
    else if (code === 0x7b || code === 0x5b) {
      most = Math.max(most, ++depth);
      if (most > deepest) break;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return { depth: most, keys };
}
