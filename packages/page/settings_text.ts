/** Single settings as text, in an address and in what is kept of a run. */
import type { Drawing } from "@renorm/experiments/data/drawing";
import { type PageSettings, ranges } from "./settings.ts";

/** The settings by their names in an address, in its order. */
export const settingNames = {
  batchSize: "batch",
  drawing: "order",
  learningRate: "rate",
  momentum: "momentum",
  rmax: "rmax",
  dmax: "dmax",
  warmupSteps: "warmup",
  seed: "seed",
} as const satisfies Record<keyof PageSettings, string>;

/** Every setting, in that order. */
export const allSettings = Object.keys(settingNames) as (keyof PageSettings)[];

/** What a part of an address may be. */
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
  | { readonly kind: "once" }
  /** A run as the page itself writes one. */
  | { readonly kind: "run" };

const orders: Readonly<Record<string, Drawing>> = {
  class: "class by class",
  random: "at random",
};

/** The value of a setting, or what it may be where the text says what cannot be. */
export function readSetting(name: keyof PageSettings, text: string): number | Drawing | Wanted {
  if (name === "drawing") {
    return Object.hasOwn(orders, text)
      ? orders[text]
      : { kind: "one of", names: Object.keys(orders) };
  }
  const { least, most, isInteger = false, orZero = false } = ranges[name];
  const value = text.trim() === "" ? NaN : Number(text);
  // Which makes 0 of −0.
  if (orZero && value === 0) return 0;
  if (value >= least && value <= most && (!isInteger || Number.isInteger(value))) return value;
  return { kind: isInteger ? "integer" : "number", least, most, ...orZero ? { orZero } : {} };
}

/** A setting as {@linkcode readSetting} reads it. */
export function writeSetting(settings: PageSettings, name: keyof PageSettings): string {
  if (name !== "drawing") return String(settings[name]);
  return Object.keys(orders).find((order) => orders[order] === settings.drawing)!;
}
