import { checkOptions, expects, show } from "@renorm/core-math/checks";
import { parseSchedule } from "@renorm/schedule";
import { parseArgs } from "node:util";
import { checkConvertOptions, type ConvertToBatchRenormOptions } from "../convert_options.ts";

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
  readonly eps: number | null;
  readonly pairs: Readonly<Record<string, string>>;
}

const commands: Readonly<Record<Command, readonly string[]>> = {
  "inspect": ["eps"],
  "to-renorm": [
    "momentum",
    "only",
    "skip",
    "rmax",
    "dmax",
    "warmup-steps",
    "schedule",
    "warmup",
    "statistics",
    "eps",
  ],
  "to-batchnorm": ["momentum", "only", "skip", "eps"],
  "fold": ["eps", "pair"],
};
const everywhere = ["out", "force", "json"];

/**
 * Reads a command line.
 *
 * @throws {Error} For one that is wrong; the text says how.
 */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "out": { type: "string" },
      "force": { type: "boolean", default: false },
      "json": { type: "boolean", default: false },
      "momentum": { type: "string" },
      "only": { type: "string" },
      "skip": { type: "boolean" },
      "rmax": { type: "string" },
      "dmax": { type: "string" },
      "warmup-steps": { type: "string" },
      "schedule": { type: "string" },
      "warmup": { type: "string" },
      "statistics": { type: "string" },
      "eps": { type: "string" },
      "pair": { type: "string", multiple: true },
    },
  });
  const [command, file, ...more] = positionals;
  if (!Object.hasOwn(commands, command ?? "")) {
    throw wrong(`a command among ${Object.keys(commands).join(", ")}`, show(command));
  }
  const known = commands[command as Command];
  const stray = Object.keys(values).find((name) => ![...everywhere, ...known].includes(name));
  if (stray) throw wrong(`options that ${command} has`, `--${stray}`);
  if (file === undefined || more.length > 0) throw wrong("one FILE", show(positionals.slice(1)));
  if (command === "inspect" && values.out !== undefined) {
    throw wrong("no --out for inspect, which writes nothing", show(values.out));
  }
  if (command !== "inspect" && !values.out) throw wrong("--out PATH", "none");
  const { only, skip, schedule, warmup, statistics = "inference" } = values;
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
  const pattern = only === undefined ? null : new RegExp(only);
  const options = {
    ...Object.fromEntries(given),
    ...schedule !== undefined && { schedule: parseSchedule(schedule) },
    ...warmup !== undefined && { warmup: readWarmup(warmup) },
    ...pattern && { filter: (path: string) => pattern.test(path) },
    ...skip && { onUnsupported: "skip" as const },
  };
  checkConvertOptions(command, options, true);
  const eps = number("eps", values.eps) ?? null;
  if (eps !== null) checkOptions(command, { eps }, ["eps"]);
  const { out = null, force, json } = values;
  const pairs = readPairs(values.pair ?? []);
  return { command: command as Command, file, out, force, json, options, statistics, eps, pairs };
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

function readPairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const [norm, layer, ...more] = text.split("=");
    if (!norm || !layer || more.length > 0) throw wrong("--pair NORM=LAYER", show(text));
    return [norm, layer];
  }));
}
