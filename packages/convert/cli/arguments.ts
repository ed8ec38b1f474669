import { checkOptions, expects, show } from "@renorm/core-math/checks";
import { parseSchedule } from "@renorm/schedule";
import { parseArgs } from "node:util";
import { checkConvertOptions, type ConvertToBatchRenormOptions } from "../convert_options.ts";
import type { EpsByPath } from "../formats/safetensors/eps_by_path.ts";

/** The commands. */
export type Command = "inspect" | "to-renorm" | "to-batchnorm" | "fold";

/** A command line that was understood. */
export interface Arguments {
  readonly command: Command;
  readonly file: string;
  readonly out: string | null;
  readonly force: boolean;
  readonly json: boolean;
  /** For the converters. */
  readonly options: ConvertToBatchRenormOptions;
  readonly statistics: "inference" | "training";
  readonly eps: EpsByPath | null;
  /** For folding. */
  readonly fold: FoldArguments;
  /** The patterns of `--only`, and of `--skip` where it has one. */
  readonly only: RegExp | null;
  readonly skip: RegExp | null;
}

/** What the command line says of a folding; files are not read yet. */
export interface FoldArguments {
  readonly pairs: Readonly<Record<string, string>>;
  /** A JSON file of more pairs. */
  readonly pairsFile: string | null;
  /** A topology, or a list of layers in the order of calls. */
  readonly likeFile: string | null;
  readonly byName: boolean;
  readonly transposed: readonly string[];
}

const conversion = ["momentum", "only", "skip", "eps"];
const commands: Readonly<Record<Command, readonly string[]>> = {
  "inspect": ["eps"],
  "to-renorm": [
    ...conversion,
    ...["rmax", "dmax", "warmup-steps", "schedule", "warmup", "statistics"],
  ],
  "to-batchnorm": conversion,
  "fold": ["eps", "pair", "like", "by-name", "transposed", "only", "skip"],
};
const everywhere = ["out", "force", "json"];

/**
 * Reads a command line.
 *
 * @throws {Error} For one that is wrong; the text says how.
 */
export function readArguments(args: readonly string[]): Arguments {
  const isFold = args.find((arg) => Object.hasOwn(commands, arg)) === "fold";
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "out": { type: "string" },
      "force": { type: "boolean", default: false },
      "json": { type: "boolean", default: false },
      "momentum": { type: "string" },
      "only": { type: "string" },
      // A pattern for fold; the converters leave what they cannot convert.
      "skip": { type: isFold ? "string" : "boolean" },
      "rmax": { type: "string" },
      "dmax": { type: "string" },
      "warmup-steps": { type: "string" },
      "schedule": { type: "string" },
      "warmup": { type: "string" },
      "statistics": { type: "string" },
      "eps": { type: "string", multiple: true },
      "pair": { type: "string", multiple: true },
      "like": { type: "string" },
      "by-name": { type: "boolean" },
      "transposed": { type: "string", multiple: true },
    },
  });
  const [command, file, ...more] = positionals;
  if (!Object.hasOwn(commands, command ?? "")) {
    throw wrong(`a command among ${Object.keys(commands).join(", ")}`, show(command));
  }
  const known = commands[command as Command];
  const stray = Object.keys(values).find((name) => ![...everywhere, ...known].includes(name));
  if (stray) throw wrong(`options that ${command} has`, `--${stray}`);
  if (!file || more.length > 0) throw wrong("one FILE", show(positionals.slice(1)));
  if (command === "inspect" && values.out !== undefined) {
    throw wrong("no --out for inspect, which writes nothing", show(values.out));
  }
  if (command !== "inspect" && !values.out) throw wrong("--out PATH", "none");
  const { schedule, warmup, statistics = "inference" } = values;
  if (statistics !== "inference" && statistics !== "training") {
    throw wrong("--statistics inference or training", show(statistics));
  }
  const numbers = {
    momentum: number("momentum", values.momentum),
    rmax: number("rmax", values.rmax),
    dmax: number("dmax", values.dmax),
    warmupSteps: number("warmup-steps", values["warmup-steps"]),
  };
  const given = Object.entries(numbers).filter(([, value]) => value !== undefined);
  const only = values.only === undefined ? null : new RegExp(values.only);
  const skip = typeof values.skip === "string" ? new RegExp(values.skip) : null;
  const options = {
    ...Object.fromEntries(given),
    ...schedule !== undefined && { schedule: parseSchedule(schedule) },
    ...warmup !== undefined && { warmup: readWarmup(warmup) },
    ...only && { filter: (path: string) => only.test(path) },
    ...values.skip === true && { onUnsupported: "skip" as const },
  };
  checkConvertOptions(command, options, true);
  const { out = null, force, json } = values;
  return {
    ...{ command: command as Command, file, out, force, json, options, statistics, only, skip },
    eps: readEps(command, values.eps ?? []),
    fold: {
      ...readPairs(values.pair ?? []),
      likeFile: values.like ?? null,
      byName: values["by-name"] ?? false,
      transposed: values.transposed ?? [],
    },
  };
}

function wrong(wanted: string, got: string): Error {
  return new TypeError(expects("convert", wanted, got));
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isNaN(value)) throw wrong(`a number for --${name}`, show(text));
  return value;
}

function readWarmup(text: string): "restart" | "continue" | number {
  return text === "restart" || text === "continue" ? text : number("warmup", text)!;
}

/** `--eps X` for all, `--eps PATH=X` for some; a path may hold `*`. */
function readEps(command: string, texts: readonly string[]): EpsByPath | null {
  const rules = texts.map((text): [string, number] => {
    const at = text.lastIndexOf("=");
    const eps = number("eps", text.slice(at + 1))!;
    checkOptions(command, { eps }, ["eps"]);
    return [at < 0 ? "*" : text.slice(0, at), eps];
  });
  if (new Set(rules.map(([path]) => path)).size < rules.length) {
    throw wrong("one --eps for each path", show(texts));
  }
  if (rules.length === 0) return null;
  return rules.length === 1 && !texts[0].includes("=") ? rules[0][1] : Object.fromEntries(rules);
}

/** `--pair NORM=LAYER`, or a JSON file of such pairs. */
function readPairs(texts: readonly string[]): Pick<FoldArguments, "pairs" | "pairsFile"> {
  const isFile = (text: string) => !text.includes("=") && text.endsWith(".json");
  const [pairsFile = null, ...others] = texts.filter(isFile);
  if (others.length > 0) throw wrong("one JSON file of pairs", show([pairsFile, ...others]));
  const pairs = texts.filter((text) => !isFile(text)).map((text) => {
    const [norm, layer, ...more] = text.split("=");
    if (!norm || !layer || more.length > 0) throw wrong("--pair NORM=LAYER", show(text));
    return [norm, layer];
  });
  const twice = pairs.find(([norm], i) => pairs.findIndex(([other]) => other === norm) < i);
  if (twice) throw wrong("one --pair for each batch norm", show(`${twice[0]} twice`));
  return { pairs: Object.fromEntries(pairs), pairsFile };
}
