import assert from "node:assert/strict";
import { fc } from "../../parity/seeded_fast_check.ts";
import { readAddress, writeAddress } from "./address.ts";
import {
  defaultSettings,
  largestSeed,
  type PageSettings,
  ranges,
  type SliderName,
} from "./settings.ts";
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
  ];
  assert.deepEqual(ignored.map(({ name }) => name), wrong);
  const of = (name: string) => ignored.find((one) => one.name === name);
  assert.deepEqual(of("batch"), {
    name: "batch",
    value: "0",
    wanted: { kind: "integer", least: 1, most: 64 },
  });
  assert.deepEqual(of("order")?.wanted, { kind: "one of", names: ["class", "random"] });
  assert.equal(readAddress("?batch=7&rate=fast").settings.batchSize, 7);
});

Deno.test("all settings to try, in every language, are addresses without fault", () => {
  const lists = languages.map((language) => textsOf(language).presets.list);
  for (const list of lists) {
    for (const { address } of list) assert.deepEqual(readAddress(address).ignored, [], address);
    assert.deepEqual(list.map(({ address }) => address), lists[0].map(({ address }) => address));
  }
});
