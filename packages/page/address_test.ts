import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { readAddress, writeAddress } from "./address.ts";
import {
  defaultSettings,
  largestSeed,
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
  seed: fc.integer({ min: 0, max: largestSeed }),
}, { noNullPrototype: true });

Deno.test("an address gives back what was written into it, every number to its last digit", () => {
  fc.assert(fc.property(
    anySettings,
    fc.constantFrom(...backendWishes),
    fc.constantFrom(null, ...languages),
    (settings, backend, language) => {
      const { ignored, ...read } = readAddress(writeAddress({ settings, backend, language }));
      assert.deepEqual(ignored, []);
      assert.deepEqual(read, { settings, backend, language });
    },
  ));
});

Deno.test("an empty address is the defaults, and says nothing of backend and language", () => {
  const { settings, backend, language, ignored } = readAddress("");
  assert.deepEqual([settings, backend, language, ignored], [defaultSettings, "auto", null, []]);
  assert.equal(
    writeAddress({ settings, backend, language }),
    "?batch=4&order=class&rate=0.08&momentum=0.01&rmax=3&dmax=5&warmup=200&seed=0",
  );
});

Deno.test("what cannot be is named with what was wanted, and the rest of the address holds", () => {
  const query =
    "?batch=0&order=sorted&rate=fast&momentum=0&rmax=&dmax=-1&warmup=1.5&seed=4294967296" +
    "&backend=webgl&lang=de&unknown=1";
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
