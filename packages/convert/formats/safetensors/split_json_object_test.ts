import assert from "node:assert/strict";
import { objectParts } from "./split_json_object.ts";

/** An object whose text is long enough to be cut, its keys with all that could mislead. */
const long = Object.fromEntries(
  Array.from({ length: 20_000 }, (_, i) => [`k"${i},{\\`, { a: [i, i], b: `},{"${i}\\\\"` }]),
);

Deno.test("the parts of an object have its entries, in whichever way it is written", () => {
  for (const space of [0, 1]) {
    const parts = [...objectParts(` ${JSON.stringify(long, null, space)}\n `)!];
    assert.ok(parts.length > 1);
    const entries = parts.flatMap((part) => Object.entries(JSON.parse(part)));
    assert.deepEqual(Object.fromEntries(entries), long);
  }
});

Deno.test("a text that is no object has a part that is none", () => {
  const text = JSON.stringify(long);
  const inner = text.slice(1, -1);
  const broken = [
    `{${inner},}`,
    `{,${inner}}`,
    `{${inner},,${inner}}`,
    `{${inner}}}`,
    `{${inner}},{${inner}}`,
    `{${inner}]}`,
    `{${inner}"}`,
    `{${inner} "a": 1}`,
  ];
  for (const text of broken) {
    assert.throws(() => JSON.parse(text));
    assert.throws(() => {
      for (const part of objectParts(text) ?? [text]) JSON.parse(part);
    }, text.slice(-20));
  }
  assert.equal(objectParts(`[${text}]`), null);
  assert.equal(objectParts("{}"), null);
});
