import { checkOptions, expects, show } from "@renorm/core-math/checks";
import { isPlainObject } from "../../json.ts";
import { withoutWrappers } from "./state_dict_tree.ts";

/**
 * What is added to a variance under the root: one number, or one a path. A path may hold `*` for
 * any characters; the path itself wins over a pattern, and a longer pattern over a shorter one.
 */
export type EpsByPath = number | Readonly<Record<string, number>>;

/** An eps and who says it: the file, the caller, or PyTorch's default. */
export interface KnownEps {
  readonly eps: number;
  readonly epsFrom: "model" | "caller" | "assumed";
}

const assumed: KnownEps = { eps: 1e-5, epsFrom: "assumed" };

/**
 * Reads the option for the norms at `paths`.
 *
 * @returns The eps of a path. That of the file wins over one number for all, and not over its path.
 * @throws {TypeError} For a path that none of the norms has.
 * @throws {RangeError} For an eps out of range.
 */
export function readEps(
  owner: string,
  option: EpsByPath | undefined,
  paths: readonly string[],
): (path: string, ofFile?: number) => KnownEps {
  if (option === undefined || typeof option === "number") {
    checkOptions(owner, { eps: option }, ["eps"]);
    const otherwise: KnownEps = option === undefined ? assumed : { eps: option, epsFrom: "caller" };
    return (_path, ofFile) => ofFile === undefined ? otherwise : { eps: ofFile, epsFrom: "model" };
  }
  if (!isPlainObject(option)) {
    throw new TypeError(expects(owner, "eps to be a number, or numbers by path", show(option)));
  }
  const rules = Object.entries(option)
    .map(([pattern, eps]) => ({ pattern, eps, matches: matcher(withoutWrappers(pattern)) }))
    .sort((a, b) => rank(b.pattern) - rank(a.pattern));
  for (const { pattern, eps, matches } of rules) {
    checkOptions(owner, { eps }, ["eps"]);
    if (!paths.some(matches)) {
      const wanted = "eps by paths of batch norms in the file";
      throw new TypeError(expects(owner, wanted, show(pattern)));
    }
  }
  return (path, ofFile) => {
    const rule = rules.find(({ matches }) => matches(path));
    if (rule) return { eps: rule.eps, epsFrom: "caller" };
    return ofFile === undefined ? assumed : { eps: ofFile, epsFrom: "model" };
  };
}

function matcher(pattern: string): (path: string) => boolean {
  if (!pattern.includes("*")) return (path) => path === pattern;
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`, "s");
  return (path) => expression.test(path);
}

/** The higher, the earlier a rule is asked. */
function rank(pattern: string): number {
  return pattern.includes("*") ? pattern.length : Number.MAX_SAFE_INTEGER;
}
