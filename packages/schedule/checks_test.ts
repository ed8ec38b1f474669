import assert from "node:assert/strict";
import { show } from "./checks.ts";

Deno.test("show() writes a value as it reads in an error", () => {
  const cases: [unknown, string][] = [
    [[4, [8, "a"]], '[4, [8, "a"]]'],
    ["a", '"a"'],
    [7n, "7n"],
    [() => 1, "a function"],
    [new Float32Array(3), "Float32Array"],
    [{ a: 1 }, "Object"],
    [Object.create(null), "an object"],
    [null, "null"],
    [undefined, "undefined"],
    [NaN, "NaN"],
    [Symbol("s"), "Symbol(s)"],
  ];
  for (const [value, text] of cases) assert.equal(show(value), text);
});
