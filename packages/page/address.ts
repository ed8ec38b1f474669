/** Settings in the query of an address, so that a link repeats a run. */
import type { Drawing } from "@renorm/experiments/data/drawing";
import {
  defaultSettings,
  largestSeed,
  type NumberRange,
  type PageSettings,
  ranges,
} from "./settings.ts";
import { type BackendWish, backendWishes } from "./training/backend_wish.ts";
import { type Language, languages } from "./texts/languages.ts";

/** What an address says. */
export interface Address {
  readonly settings: PageSettings;
  readonly backend: BackendWish;
  /** Null where the browser's own shall be taken. */
  readonly language: Language | null;
}

/** A part of an address that says what cannot be. */
export interface Ignored {
  readonly name: string;
  readonly value: string;
  readonly wanted: Wanted;
}

/** What a part may be. */
export type Wanted =
  | {
    readonly kind: "number" | "integer";
    readonly least: number;
    readonly most: number;
    /** 0 as well, where it is below the least. */
    readonly orZero?: true;
  }
  | { readonly kind: "one of"; readonly names: readonly string[] }
  /** The page knows no such name, but these. */
  | { readonly kind: "name"; readonly names: readonly string[] }
  /** It was said before, which holds. */
  | { readonly kind: "once" };

type NumberName = Exclude<keyof PageSettings, "drawing">;

/** The names in an address, in its order. */
const names = {
  batchSize: "batch",
  drawing: "order",
  learningRate: "rate",
  momentum: "momentum",
  rmax: "rmax",
  dmax: "dmax",
  warmupSteps: "warmup",
  seed: "seed",
} as const satisfies Record<keyof PageSettings, string>;

const orders: Readonly<Record<string, Drawing>> = {
  class: "class by class",
  random: "at random",
};

const knownNames: readonly string[] = [...Object.values(names), "backend", "lang"];

const seedRange: NumberRange = { least: 0, most: largestSeed, isInteger: true, stops: [] };

/**
 * Reads the query of an address; what it does not say is as by default, and so is what cannot be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readAddress } from "./address.ts";
 *
 * const { settings, ignored } = readAddress("?batch=2&rmax=0.5");
 * assert.equal(settings.batchSize, 2);
 * assert.deepEqual(ignored.map(({ name, value }) => [name, value]), [["rmax", "0.5"]]);
 * ```
 */
export function readAddress(query: string): Address & { readonly ignored: readonly Ignored[] } {
  const given = new URLSearchParams(query);
  const ignored: Ignored[] = [];
  const oneOf = <T>(name: string, choices: Readonly<Record<string, T>>, otherwise: T): T => {
    const value = given.get(name);
    if (value === null) return otherwise;
    if (Object.hasOwn(choices, value)) return choices[value];
    ignored.push({ name, value, wanted: { kind: "one of", names: Object.keys(choices) } });
    return otherwise;
  };
  const number = (setting: NumberName): number => {
    const name = names[setting];
    const value = given.get(name);
    if (value === null) return defaultSettings[setting];
    const range = setting === "seed" ? seedRange : ranges[setting];
    const { least, most, isInteger = false, orZero = false } = range;
    const parsed = value.trim() === "" ? NaN : Number(value);
    // Which makes 0 of −0.
    if (orZero && parsed === 0) return 0;
    if (parsed >= least && parsed <= most && (!isInteger || Number.isInteger(parsed))) {
      return parsed;
    }
    const kind = isInteger ? "integer" : "number";
    ignored.push({ name, value, wanted: { kind, least, most, ...orZero ? { orZero } : {} } });
    return defaultSettings[setting];
  };
  const settings = {
    batchSize: number("batchSize"),
    drawing: oneOf("order", orders, defaultSettings.drawing),
    learningRate: number("learningRate"),
    momentum: number("momentum"),
    rmax: number("rmax"),
    dmax: number("dmax"),
    warmupSteps: number("warmupSteps"),
    seed: number("seed"),
  };
  const backend = oneOf("backend", byName(backendWishes), "auto");
  const language = oneOf<Language | null>("lang", byName(languages), null);
  const seen = new Set<string>();
  for (const [name, value] of given) {
    const isKnown = knownNames.includes(name);
    if (!isKnown) ignored.push({ name, value, wanted: { kind: "name", names: knownNames } });
    else if (seen.has(name)) ignored.push({ name, value, wanted: { kind: "once" } });
    seen.add(name);
  }
  return { settings, backend, language, ignored };
}

/** The query of an address: every setting, and a backend or language that was asked for. */
export function writeAddress({ settings, backend, language }: Address): string {
  const order = Object.keys(orders).find((name) => orders[name] === settings.drawing)!;
  const query = new URLSearchParams();
  for (const [setting, name] of Object.entries(names) as [keyof PageSettings, string][]) {
    query.set(name, setting === "drawing" ? order : String(settings[setting]));
  }
  if (backend !== "auto") query.set("backend", backend);
  if (language !== null) query.set("lang", language);
  return `?${query}`;
}

function byName<T extends string>(values: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(values.map((value) => [value, value]));
}
