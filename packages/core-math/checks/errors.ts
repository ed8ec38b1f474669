/** A value as it reads in an error: arrays as `[4, 8]`, strings in quotes. It never throws. */
export function show(value: unknown, depth = 2): string {
  try {
    if (Array.isArray(value)) {
      // A hole reads as undefined; of a circle or a long list the start.
      const start = value.slice(0, depth && 16);
      return `[${Array.from(start, (part) => show(part, depth - 1)).join(", ")}]`;
    }
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "function") return "a function";
    if (typeof value !== "object" || value === null) return String(value);
    return `${value.constructor?.name || "an object"}`;
  } catch {
    return "an object that cannot be read";
  }
}

/** The text of every error: `<owner> expects <wanted>: got <what came>`. */
export function expects(owner: string, wanted: string, got: string): string {
  return `${owner} expects ${wanted}: got ${got}`;
}
