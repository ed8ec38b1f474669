import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { parseSchedule } from "./parse_schedule.ts";
import { linearWarmup, paperSchedule, stepAfter } from "./presets.ts";

Deno.test("parseSchedule() gives back what JSON.stringify wrote, as text or as a value", () => {
  for (const schedule of [paperSchedule(), linearWarmup(), stepAfter(10)]) {
    const text = JSON.stringify(schedule);
    assert.deepEqual(parseSchedule(text), schedule);
    assert.deepEqual(parseSchedule(JSON.parse(text)), schedule);
  }
});

Deno.test("parseSchedule() names the place, what was wanted and what came", () => {
  const dmax = [[0, 0]];
  const cases: [unknown, string, RegExp][] = [
    [null, "TypeError", /an object with rmax, dmax: got null/],
    [[], "TypeError", /an object with rmax, dmax: got \[\]/],
    [{ dmax }, "TypeError", /rmax to be a list of knots: got undefined/],
    [{ rmax: [], dmax }, "TypeError", /rmax to be a list of knots: got \[\]/],
    [{ rmax: [[0, 1]], dmax, dMax: 1 }, "TypeError", /got "dMax"/],
    [{ rmax: [[0]], dmax }, "TypeError", /rmax\[0\] to be \[step, value\]: got \[0\]/],
    [{ rmax: [["0", 1]], dmax }, "TypeError", /the step of rmax\[0\] .*: got "0"/],
    [{ rmax: [[0, null]], dmax }, "TypeError", /the value of rmax\[0\] .*: got null/],
    [{ rmax: [[-1, 1]], dmax }, "RangeError", /the step of rmax\[0\] .* at least 0: got -1/],
    [{ rmax: [[5, 1], [4, 2]], dmax }, "RangeError", /step of rmax\[1\] .* at least 5: got 4/],
    [{ rmax: [[0, 0.5]], dmax }, "RangeError", /value of rmax\[0\] .* at least 1: got 0.5/],
    [{ rmax: [[0, 1]], dmax: [[0, -1]] }, "RangeError", /value of dmax\[0\] .* at least 0: got -1/],
    [{ rmax: [[1, 1], [1, 2], [1, 3]], dmax }, "RangeError", /two knots at a step: got rmax\[2\]/],
  ];
  for (const [value, name, message] of cases) {
    assert.throws(() => parseSchedule(value), { name, message });
  }
  assert.throws(() => parseSchedule("{"), SyntaxError);
});

Deno.test("parseSchedule() takes or refuses any JSON with one of its errors", () => {
  const entry = fc.oneof(fc.jsonValue(), fc.array(fc.tuple(fc.integer(), fc.double())));
  fc.assert(fc.property(fc.record({ rmax: entry, dmax: entry }), (value) => {
    try {
      const schedule = parseSchedule(value);
      assert.deepEqual(parseSchedule(JSON.stringify(schedule)), parseSchedule(schedule));
    } catch (error) {
      assert.match(String(error), /^(TypeError|RangeError): parseSchedule expects .*: got /);
    }
  }));
});
