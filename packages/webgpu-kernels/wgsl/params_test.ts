import assert from "node:assert/strict";
import { type Geometry, packParams, paramsSize, paramsWgsl, stepFlags } from "./params.ts";

const fields = [...paramsWgsl.matchAll(/^ {2}(\w+): (u32|f32),$/gm)];

/** What was packed, by the names and in the types of the WGSL. */
function unpack(words: Uint32Array<ArrayBuffer>): Record<string, number> {
  const floats = new Float32Array(words.buffer);
  return Object.fromEntries(
    fields.map(([, name, type], i) => [name, (type === "u32" ? words : floats)[i]]),
  );
}

Deno.test("the uniform is packed in the order and the types of its WGSL", () => {
  const geometry = {
    outer: 1,
    channels: 2,
    inner: 3,
    base: 4,
    firstChannel: 5,
    pieces: 6,
    pieceLength: 7,
    firstPiece: 8,
    spans: 9,
    spanLength: 10,
    totalChannels: 11,
    totalPieces: 12,
    m: 13.5,
  };
  const step = { flags: 14, eps: 15.5, momentum: 0.25, rmax: 16.5, dmax: 17.5, bessel: 18.5 };
  const words = packParams(geometry, step);
  assert.equal(words.byteLength, paramsSize);
  assert.deepEqual(unpack(words), {
    outer: 1,
    channels: 2,
    inner: 3,
    base: 4,
    first_channel: 5,
    pieces: 6,
    piece_length: 7,
    first_piece: 8,
    spans: 9,
    span_length: 10,
    total_channels: 11,
    total_pieces: 12,
    m: 13.5,
    ...step,
    scaled_eps: 15.5 * 2 ** 64,
    kept: 0.75,
    zero: 0,
  });
});

Deno.test("an open limit is sent as a large finite number", () => {
  const { rmax, dmax } = unpack(packParams({} as Geometry, { rmax: Infinity, dmax: Infinity }));
  for (const limit of [rmax, dmax]) assert.ok(Number.isFinite(limit) && limit > 1e38);
});

Deno.test("every flag is a bit of its own, under its name in capitals", () => {
  const bits = Object.values(stepFlags);
  assert.equal(bits.reduce((all, bit) => all ^ bit, 0), 2 ** bits.length - 1);
  assert.match(paramsWgsl, /^const HAS_RUNNING_STATS = 8u;$/m);
});
