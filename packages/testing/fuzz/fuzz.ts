/**
 * The fuzz of a public edge: whatever stands for whichever argument, or for a part of one, the
 * outcome is a right result, or an error of ours with every state as it was.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { strangeValue } from "./strange_values.ts";

/** A public function under fuzz. */
export interface Fuzzed {
  /** Right arguments, made afresh for each call. */
  readonly args: () => readonly unknown[];
  /** Calls it, over an object of its own where it is a method. */
  readonly call: (args: readonly unknown[]) => unknown;
  /** All that a failed call must leave alone, as a copy. */
  readonly state: () => unknown;
  /** Asserts that a result is right for arguments that were taken. */
  readonly judge: (result: unknown, args: readonly unknown[]) => void;
}

/** Makes a function under fuzz, with all that it works on made afresh. */
export type MakeFuzzed = () => Fuzzed | Promise<Fuzzed>;

/** How the calls of a function ended. */
export interface Outcomes {
  right: number;
  refused: number;
}

/** The text of every error of ours. */
const ours = /^[\w.]+ expects [^]+: got [^]*$/;

/**
 * The functions that a module exports, and the methods of its classes as `Class.method`, for a
 * comparison with the table of those under fuzz.
 */
export function publicFunctions(module: object): string[] {
  return Object.entries(module).flatMap(([name, value]) => {
    if (typeof value !== "function") return [];
    const methods = new Set<string>();
    for (let type = value.prototype; type && type !== Object.prototype;) {
      for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
        const isMethod = typeof value === "function" && key !== "constructor";
        if (isMethod) methods.add(`${name}.${key}`);
      }
      type = Object.getPrototypeOf(type);
    }
    return [name, ...methods];
  }).sort();
}

/** Fuzzes each function of a table and counts how the calls ended. */
export async function fuzz(
  table: Readonly<Record<string, MakeFuzzed>>,
  numRuns: number,
): Promise<Record<string, Outcomes>> {
  const counts: Record<string, Outcomes> = {};
  for (const [name, make] of Object.entries(table)) {
    const outcomes = counts[name] = { right: 0, refused: 0 };
    const property = fc.asyncProperty(fc.nat(), strangeValue(), async (where, strange) => {
      const fuzzed = await make();
      const args = structuredArgs(fuzzed.args());
      const places = placesIn(args);
      // No arguments at all is a place too.
      const place = places[where % (places.length + 1)];
      if (place) place.holder[place.key] = strange(place.holder[place.key]);
      const before = await fuzzed.state();
      let result: unknown;
      try {
        result = await fuzzed.call(place ? args : []);
      } catch (error) {
        const text = `${name}(… ${place?.path ?? "nothing"} …): ${error}`;
        const kinds = [TypeError, RangeError, SyntaxError, Error];
        assert.ok(kinds.some((Kind) => error?.constructor === Kind), text);
        assert.match((error as Error).message, ours, text);
        assert.deepEqual(await fuzzed.state(), before, `${text} changed a state`);
        outcomes.refused++;
        return;
      }
      try {
        fuzzed.judge(result, place ? args : []);
      } catch (error) {
        throw new Error(`${name} took ${place?.path ?? "nothing"}: ${error}`, { cause: error });
      }
      outcomes.right++;
    });
    await fc.assert(property, { seed: 170203275, numRuns, endOnFailure: true });
  }
  return counts;
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly path: string;
}

/** Copies of the lists and plain objects, so that parts of them can be replaced. */
function structuredArgs(args: readonly unknown[]): unknown[] {
  const copy = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(copy)
      : isRecord(value)
      ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]))
      : value;
  return args.map(copy);
}

/** Every place of the arguments and of the lists and plain objects in them. */
function placesIn(args: readonly unknown[]): Place[] {
  const visit = (holder: object, path: string): Place[] =>
    Object.entries(holder).flatMap(([key, value]) => {
      const place = { holder: holder as Record<string, unknown>, key, path: `${path}.${key}` };
      const isHolder = Array.isArray(value) || isRecord(value);
      return [place, ...isHolder ? visit(value, place.path) : []];
    });
  return visit(args, "args");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

/** Asserts that each function took something and refused something, and prints nothing. */
export function assertBothEnds(
  counts: Readonly<Record<string, Outcomes>>,
  takesAll: readonly string[] = [],
): void {
  for (const [name, { right, refused }] of Object.entries(counts)) {
    assert.ok(right > 0, `${name} took nothing`);
    if (!takesAll.includes(name)) assert.ok(refused > 0, `${name} refused nothing`);
  }
}

/** Asserts that every number in a result is finite. */
export function assertFinite(value: unknown, name = "result"): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${name} is ${value}`);
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) {
    assert.ok((value as Float32Array).every(Number.isFinite), `${name} is ${value}`);
  } else for (const [key, part] of Object.entries(value)) assertFinite(part, `${name}.${key}`);
}

/** Makes functions whose state is what their arguments hold, as `snapshot` sees it. */
export function argumentsAs(snapshot: (args: readonly unknown[]) => unknown) {
  return (
    call: (...args: never[]) => unknown,
    make: () => readonly unknown[],
    judge: Fuzzed["judge"],
  ): MakeFuzzed =>
  () => {
    const args = make();
    return {
      args: () => args,
      call: (args) => call(...args as never[]),
      state: () => snapshot(args),
      judge,
    };
  };
}
