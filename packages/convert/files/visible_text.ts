/** Control characters, and those that turn the direction of what stands behind them. */
// deno-lint-ignore no-control-regex
const controls = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A text from a file as it may be shown: what would clear a terminal, begin a line of its own or
 * hide what follows is written as an escape.
 */
export function visibleText(text: string): string {
  return text.replace(controls, (control) => {
    const code = control.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** A value as JSON without such characters; it is the same value to who parses it. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    controls,
    (control) =>
      control === "\n" ? control : `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
