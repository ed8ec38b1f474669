import assert from "node:assert/strict";
import { makeFormats } from "./formats.ts";
import { chooseLanguage, languages } from "./languages.ts";
import { textsOf } from "./texts.ts";

/** What texts are given that take words. */
const given = ["‹1›", "‹2›", "‹3›"];

/** Every text by its place. */
function allTexts(texts: object, place = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] => {
    const here = `${place}/${name}`;
    if (typeof value === "string") return [[here, value]];
    if (typeof value === "function") return [[here, value(...given)]];
    return allTexts(value, here);
  });
}

/** What is the same in every language: names, addresses, and what has no words. */
const shared =
  /^\/(project|norms|presets\/list\/\d\/(address|name)|correction\/.*|further\/tensorflow|settings\/(sliders|backend).*|channel\/moments|status\/(ready|paused))/;

Deno.test("nothing is left untranslated, and every text has the words that it is given", () => {
  const english = new Map(allTexts(textsOf("en")));
  const turkish = new Map(allTexts(textsOf("tr")));
  assert.deepEqual([...turkish.keys()], [...english.keys()]);
  for (const [place, text] of english) {
    const other = turkish.get(place)!;
    assert.notEqual(text.trim(), "", place);
    if (!shared.test(place)) assert.notEqual(other, text, place);
    for (const word of given) {
      assert.equal(other.includes(word), text.includes(word), `${place}: ${text} | ${other}`);
    }
    assert.equal((other.match(/<var>/g) ?? []).length, (text.match(/<var>/g) ?? []).length, place);
  }
});

Deno.test("the first preferred language that the page speaks is taken, English where there is none", () => {
  assert.equal(chooseLanguage(["tr-TR", "en"]), "tr");
  assert.equal(chooseLanguage(["de", "EN-us", "tr"]), "en");
  assert.equal(chooseLanguage(["de", "fr"]), "en");
  assert.equal(chooseLanguage([]), "en");
});

Deno.test("numbers are written as each language does, with a minus that is one", () => {
  const [english, turkish] = languages.map(makeFormats);
  assert.deepEqual([english.percent(0.876), turkish.percent(0.876)], ["88%", "%88"]);
  assert.deepEqual([english.decimal(-0.5), turkish.decimal(-0.5)], ["−0.50", "−0,50"]);
  assert.deepEqual([english.integer(3000), turkish.integer(3000)], ["3,000", "3.000"]);
  assert.deepEqual([english.rough(1.44), english.rough(23.6)], ["1.4", "24"]);
  assert.equal(english.setting(0.0123456789), "0.0123456789");
  assert.deepEqual([english.percent(NaN), turkish.decimal(Infinity)], ["–", "–"]);
  const times = [0.2, 12, 89, 170].map((seconds) => english.duration(seconds));
  assert.deepEqual(times, ["1 second", "12 seconds", "89 seconds", "3 minutes"]);
  assert.equal(turkish.duration(40), "40 saniye");
});
