/**
 * Reads the option `--docs`: the address of a folder, with the slash at its end that makes it one.
 *
 * @throws {TypeError} when it is no address of the web
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readDocs } from "./docs_address.ts";
 *
 * assert.equal(readDocs("https://example.org/docs"), "https://example.org/docs/");
 * assert.equal(readDocs(undefined), null);
 * ```
 */
export function readDocs(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new TypeError(`--docs expects an address that begins with http: got ${text}`);
  }
  return text.endsWith("/") ? text : `${text}/`;
}
