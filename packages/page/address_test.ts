import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { readAddress, writeAddress } from "./address.ts";
import { type Curve, readCurve, writeCurve } from "./curve.ts";
import {
  defaultSettings,
  type PageSettings,
  ranges,
  type SliderName,
  sliderNames,
} from "./settings.ts";
import { makeFormats } from "./texts/formats.ts";
import { languages } from "./texts/languages.ts";
import { textsOf } from "./texts/texts.ts";
import { backendWishes } from "./training/backend_wish.ts";

/** Any number that a slider's setting may be, its stops and others. */
function valueOf(name: SliderName): fc.Arbitrary<number> {
  const { least, most, isInteger, stops } = ranges[name];
  const any = isInteger
    ? fc.integer({ min: least, max: most })
    : fc.double({ min: least, max: most, noNaN: true }).map((value) => value + 0);
  return fc.oneof(fc.constantFrom(...stops), any);
}

const anySettings: fc.Arbitrary<PageSettings> = fc.record({
  batchSize: valueOf("batchSize"),
  learningRate: valueOf("learningRate"),
  momentum: valueOf("momentum"),
  rmax: valueOf("rmax"),
  dmax: valueOf("dmax"),
  warmupSteps: valueOf("warmupSteps"),
  drawing: fc.constantFrom("at random" as const, "class by class" as const),
  seed: fc.integer({ min: 0, max: ranges.seed.most }),
}, { noNullPrototype: true });

/** Accuracies as an address has them: half per cents, or none. */
const anyCurve: fc.Arbitrary<Curve> = fc.tuple(
  anySettings,
  fc.constantFrom(25, 50, 75),
  fc.array(fc.option(fc.integer({ min: 0, max: 200 }), { nil: NaN, freq: 20 }), {
    minLength: 8,
    maxLength: 160,
  }),
).map(([settings, stride, halves]) => {
  const at = (place: number) => ({ accuracy: halves[place] / 200 });
  const reading = (place: number) => ({ trainingMode: at(place), evalMode: at(place + 1) });
  const points = Array.from({ length: Math.floor(halves.length / 4) }, (_, i) => {
    return { step: i * stride, readings: [reading(4 * i), reading(4 * i + 2)] as const };
  });
  return { settings, points };
});

Deno.test("an address gives back what was written into it, every number to its last digit", () => {
  fc.assert(fc.property(
    anySettings,
    fc.constantFrom(...backendWishes),
    fc.constantFrom(null, ...languages),
    fc.option(anyCurve),
    (settings, backend, language, before) => {
      const { ignored, ...read } = readAddress(
        writeAddress({ settings, backend, language, before }),
      );
      assert.deepEqual(ignored, []);
      assert.deepEqual(read, { settings, backend, language, before });
    },
  ));
});

Deno.test("an empty address is the defaults, and says nothing of backend and language", () => {
  const { ignored, ...said } = readAddress("");
  const byDefault = { settings: defaultSettings, backend: "auto", language: null, before: null };
  assert.deepEqual([said, ignored], [byDefault, []]);
  assert.equal(
    writeAddress(said),
    "?batch=4&order=class&rate=0.08&momentum=0.01&rmax=3&dmax=5&warmup=200&seed=0",
  );
});

Deno.test("what cannot be is named with what was wanted, and the rest of the address holds", () => {
  const query =
    "?batch=0&order=sorted&rate=fast&momentum=0&rmax=&dmax=-1&warmup=1.5&seed=4294967296" +
    "&backend=webgl&lang=de&before=4_class_yesterday&unknown=1";
  const { settings, ignored } = readAddress(query);
  assert.deepEqual(settings, defaultSettings);
  const wrong = [
    "batch",
    "order",
    "rate",
    "momentum",
    "rmax",
    "dmax",
    "warmup",
    "seed",
    "backend",
    "lang",
    "before",
    "unknown",
  ];
  assert.deepEqual(ignored.map(({ name }) => name), wrong);
  const of = (name: string) => ignored.find((one) => one.name === name);
  assert.deepEqual(of("batch"), {
    name: "batch",
    value: "0",
    wanted: { kind: "integer", least: 1, most: 64 },
  });
  assert.deepEqual(of("order")?.wanted, { kind: "one of", names: ["class", "random"] });
  assert.deepEqual(of("dmax")?.wanted, {
    kind: "number",
    least: 0.001,
    most: 100,
    orZero: true,
  });
  assert.equal(readAddress("?batch=7&rate=fast").settings.batchSize, 7);
});

Deno.test("a name that the page does not know is named, however near it is to one, and so is a second value", () => {
  for (const name of ["Batch", "RMAX", "batchsize", "warmupSteps", "rmax ", "lr", "__proto__"]) {
    const { settings, ignored } = readAddress(`?${new URLSearchParams([[name, "2"]])}`);
    assert.deepEqual(settings, defaultSettings);
    const [{ name: told, value, wanted }] = ignored;
    assert.deepEqual([told, value, wanted.kind, ignored.length], [name, "2", "name", 1]);
    assert.ok(wanted.kind === "name" && wanted.names.includes("batch"));
  }
  const { settings, ignored } = readAddress("?batch=2&batch=8");
  assert.equal(settings.batchSize, 2);
  assert.deepEqual(ignored, [{ name: "batch", value: "8", wanted: { kind: "once" } }]);
});

Deno.test("no number that an address may say is longer beside its slider than 16 characters", () => {
  for (const language of languages) {
    const { setting } = makeFormats(language);
    fc.assert(fc.property(
      fc.constantFrom(...sliderNames).chain((name) => fc.tuple(fc.constant(name), valueOf(name))),
      ([name, value]) => assert.ok(setting(value).length <= 16, `${name} ${setting(value)}`),
    ));
  }
  for (const value of ["1e-300", "5e-324", "0.000999", "-0.5", "1e3", "Infinity", "NaN"]) {
    assert.deepEqual(readAddress(`?dmax=${value}`).ignored.map(({ value }) => value), [value]);
  }
  for (const value of ["0", "-0", "0.001", "100"]) {
    assert.deepEqual(readAddress(`?dmax=${value}`).ignored, []);
  }
});

Deno.test("all settings to try, in every language, are addresses without fault", () => {
  const lists = languages.map((language) => textsOf(language).presets.list);
  for (const list of lists) {
    for (const { address } of list) assert.deepEqual(readAddress(address).ignored, [], address);
    assert.deepEqual(list.map(({ address }) => address), lists[0].map(({ address }) => address));
  }
});

Deno.test("of a long run every so many points stay in a link, the first among them", () => {
  const reading = { trainingMode: { accuracy: 0.5 }, evalMode: { accuracy: 0.123 } };
  const points = Array.from({ length: 3001 }, (_, step) => {
    return { step, readings: [reading, reading] as const };
  });
  const text = writeCurve({ settings: defaultSettings, points });
  assert.ok(text.length < 400, `${text.length}`);
  const read = readCurve(text)!.points;
  assert.deepEqual(read.map(({ step }) => step), Array.from({ length: 41 }, (_, i) => 75 * i));
  assert.deepEqual(read[40].readings[1], {
    trainingMode: { accuracy: 0.5 },
    evalMode: { accuracy: 0.125 },
  });
});

Deno.test("what is no run is none, whatever else it may be", () => {
  const { settings } = readAddress("");
  const reading = { trainingMode: { accuracy: 1 }, evalMode: { accuracy: 0 } };
  const points = [0, 25].map((step) => ({ step, readings: [reading, reading] as const }));
  const good = writeCurve({ settings, points });
  assert.ok(readCurve(good));
  for (const [from, to] of [["4_", "0_"], ["class", "sorted"], ["_25_", "_0_"], ["_25_", "_10_"]]) {
    assert.equal(readCurve(good.replace(from, to)), null, `${from} ${to}`);
  }
  for (const text of ["", "_", good + "0", good.slice(0, -8), good + "x".repeat(400), good + "-"]) {
    assert.equal(readCurve(text), null, text);
  }
});
