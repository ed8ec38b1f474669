/** Settings in the query of an address, so that a link repeats a run. */
import { type Curve, readCurve, writeCurve } from "./curve.ts";
import { defaultSettings, type PageSettings } from "./settings.ts";
import {
  allSettings,
  readSetting,
  settingNames,
  type Wanted,
  writeSetting,
} from "./settings_text.ts";
import { type Language, languages } from "./texts/languages.ts";
import { type BackendWish, backendWishes } from "./training/backend_wish.ts";

/** What an address says. */
export interface Address {
  readonly settings: PageSettings;
  readonly backend: BackendWish;
  /** Null where the browser's own shall be taken. */
  readonly language: Language | null;
  /** The run that stays in sight behind the next one, if there is one. */
  readonly before: Curve | null;
}

/** A part of an address that says what cannot be. */
export interface Ignored {
  readonly name: string;
  readonly value: string;
  readonly wanted: Wanted;
}

const knownNames: readonly string[] = [...Object.values(settingNames), "backend", "lang", "before"];

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
  /** What a part says, if it says what can be. */
  const read = <T>(name: string, otherwise: T, parse: (text: string) => T | Wanted): T => {
    const value = given.get(name);
    if (value === null) return otherwise;
    const parsed = parse(value);
    if (!isWanted(parsed)) return parsed;
    ignored.push({ name, value, wanted: parsed });
    return otherwise;
  };
  const oneOf = <T extends string>(names: readonly T[]) => (text: string): T | Wanted =>
    names.find((name) => name === text) ?? { kind: "one of", names };
  const settings = Object.fromEntries(
    allSettings.map((name) => [
      name,
      read<number | string>(
        settingNames[name],
        defaultSettings[name],
        (text) => readSetting(name, text),
      ),
    ]),
  ) as unknown as PageSettings;
  const backend = read<BackendWish>("backend", "auto", oneOf(backendWishes));
  const language = read<Language | null>("lang", null, oneOf(languages));
  const before = read<Curve | null>(
    "before",
    null,
    (text) => readCurve(text) ?? { kind: "run" },
  );
  const seen = new Set<string>();
  for (const [name, value] of given) {
    const isKnown = knownNames.includes(name);
    if (!isKnown) ignored.push({ name, value, wanted: { kind: "name", names: knownNames } });
    else if (seen.has(name)) ignored.push({ name, value, wanted: { kind: "once" } });
    seen.add(name);
  }
  return { settings, backend, language, before, ignored };
}

function isWanted(parsed: unknown): parsed is Wanted {
  return typeof parsed === "object" && parsed !== null && "kind" in parsed;
}

/** The query of an address: every setting, and whatever else was asked for. */
export function writeAddress({ settings, backend, language, before }: Address): string {
  const query = new URLSearchParams(
    allSettings.map((name) => [settingNames[name], writeSetting(settings, name)]),
  );
  if (backend !== "auto") query.set("backend", backend);
  if (language !== null) query.set("lang", language);
  if (before !== null) query.set("before", writeCurve(before));
  return `?${query}`;
}
