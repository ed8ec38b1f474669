/**
 * The first key that an object of a JSON text has twice, which `JSON.parse` does not tell; null
 * when there is none. The text must be valid JSON.
 */
export function duplicateKey(json: string): string | null {
  const keys: (Set<string> | null)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (const [token, colon] of json.matchAll(tokens)) {
    if (token === "{") keys.push(new Set());
    else if (token === "[") keys.push(null);
    else if (token === "}" || token === "]") keys.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const known = keys.at(-1);
      if (known?.has(key)) return key;
      known?.add(key);
    }
  }
  return null;
}
