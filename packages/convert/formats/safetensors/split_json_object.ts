/** Characters of a part: many enough that parsing it costs little beside its values. */
const partLength = 2 ** 18;

/**
 * Cuts the text of a JSON object between its entries into objects of some entries each, since all
 * of a million entries parsed at once would be many times their text. The object is valid where all
 * parts are. Null for a text that is no object, or a short one.
 */
export function objectParts(text: string): Iterable<string> | null {
  if (text.length <= partLength) return null;
  const end = text.trimEnd().length - 1;
  const begin = text.length - text.trimStart().length;
  if (text[begin] !== "{" || text[end] !== "}") return null;
  return parts(text, begin + 1, end);
}

function* parts(text: string, begin: number, end: number): Iterable<string> {
  const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
  let depth = 0;
  for (let i = begin; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      for (i++; i < end && text.charCodeAt(i) !== quote; i++) {
        if (text.charCodeAt(i) === backslash) i++;
      }
    } else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
    else if (code === comma && depth === 0 && i - begin > partLength) {
      yield `{${text.slice(begin, i)}}`;
      begin = i + 1;
      // What follows a comma must be an entry, which an empty object would not be.
      if (text.slice(begin, end).trim() === "") yield ",";
    }
  }
  yield `{${text.slice(begin, end)}}`;
}
