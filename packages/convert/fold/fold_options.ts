import { expects, show } from "@renorm/core-math/checks";

/** Options of every folding. */
export interface FoldOptions {
  /** Which batch norms to fold, by path. Default: all. */
  filter?: (path: string) => boolean;
}

/** Throws unless every option is known, and those of `kinds` are what they should be. */
export function checkFoldOptions(
  options: object,
  kinds: Readonly<Record<string, (value: unknown) => string | null>> = {},
): void {
  const checks = { filter: isFunction, ...kinds };
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof typeof checks] : null;
    if (!check) {
      const wanted = `options among ${Object.keys(checks).join(", ")}`;
      throw new TypeError(expects("fold", wanted, show(name)));
    }
    const wanted = value === undefined ? null : check(value);
    if (wanted !== null) throw new TypeError(expects("fold", `${name} ${wanted}`, show(value)));
  }
}

function isFunction(value: unknown): string | null {
  return typeof value === "function" ? null : "to be a function";
}
