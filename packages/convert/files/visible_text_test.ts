import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { visibleJson, visibleText } from "./visible_text.ts";

// deno-lint-ignore no-control-regex
const controls = /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

Deno.test("no control character is left in a text, and other characters stay", () => {
  assert.equal(visibleText("\x1b[2Jred\r\n\x9b1m é 漢 🙂"), "\\x1b[2Jred\\x0d\\x0a\\x9b1m é 漢 🙂");
  assert.equal(visibleText("safe\u202egnp.exe"), "safe\\u202egnp.exe");
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (text) => assert.doesNotMatch(visibleText(text), controls),
    ),
  );
});

Deno.test("visible JSON parses to the same value", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (json, text) => {
    const value = { json, [text]: text };
    const printed = visibleJson(value);
    assert.doesNotMatch(printed.replaceAll("\n", ""), controls);
    assert.deepEqual(JSON.parse(printed), JSON.parse(JSON.stringify(value)));
  }));
});
