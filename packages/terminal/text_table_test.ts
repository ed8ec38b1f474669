import assert from "node:assert/strict";
import { table, tableLine, wrap } from "./text_table.ts";

Deno.test("table() pads words at their right and numbers at their left", () => {
  assert.deepEqual(table(["drawn", "n", "gap"], [["at random", "8", "0.125"], ["x", "32", ""]]), [
    "  drawn       n    gap",
    "  ---------  --  -----",
    "  at random   8  0.125",
    "  x          32",
  ]);
});

Deno.test("tableLine() keeps to its columns, and what comes after them is as long as it is", () => {
  const columns = [{ width: 4, side: "left" }, { width: 3, side: "right" }] as const;
  assert.equal(tableLine(["ok", "1", "and a sentence"], columns), "ok      1  and a sentence");
  assert.equal(tableLine(["FAILED", "1"], columns), "FAILED    1");
});

Deno.test("wrap() loses no word and makes no line too long that has a space", () => {
  assert.deepEqual(wrap("one two three unbreakable four", 9), [
    "one two",
    "three",
    "unbreakable",
    "four",
  ]);
});
