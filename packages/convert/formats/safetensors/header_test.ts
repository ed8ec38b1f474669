import assert from "node:assert/strict";
import { bytesInMemory } from "../../files/byte_source.ts";
import { printHeader, readHeader } from "./header.ts";

/** A file of a header's text and so many bytes of data. */
function fileOf(header: string, dataLength: number, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const read = (bytes: Uint8Array) => readHeader(bytesInMemory(bytes, "a.safetensors"));
const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32") =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

Deno.test("a header is read in its order, with its metadata", async () => {
  const text = `{"__metadata__":{"format":"pt"},"b":${tensor(4, 12)},"a":${tensor(0, 4)}}  `;
  const { tensors, metadata, dataStart } = await read(fileOf(text, 12));
  assert.deepEqual(tensors.map(({ name }) => name), ["b", "a"]);
  assert.deepEqual(metadata, { format: "pt" });
  assert.equal(dataStart, 8 + text.length);
});

Deno.test("each lie of a header is named with file, place and value", async () => {
  const lies: [Uint8Array, string][] = [
    [new Uint8Array(7), "header length: expected 8 bytes, got a file of 7"],
    [fileOf("{}", 0, 3n), "header length: expected 2 to 2 bytes, got 3"],
    [fileOf("{}", 0, 2n ** 63n), "header length: expected 2 to 2 bytes, got 9223372036854775808"],
    [fileOf("[]", 0), "header: expected a JSON object, got []"],
    [fileOf("{]", 0), "header: expected JSON, got "],
    [fileOf(`{"a":"\ud800"}`.replace("\ud800", "x"), 0), 'tensor "a": expected dtype, shape'],
    [fileOf(`{"a":${tensor(0, 4)},"a":${tensor(4, 8)}}`, 8), "header: expected each key once"],
    [
      fileOf(`{"a":${tensor(0, 4)},"\\u0061":${tensor(4, 8)}}`, 8),
      "header: expected each key once",
    ],
    [
      fileOf(`{"__proto__":${tensor(0, 4)}}`, 4),
      'header: expected names of tensors, got "__proto__"',
    ],
    [fileOf(`{"a":${tensor(0, 4, [1], "F31")}}`, 4), 'tensor "a": expected a dtype among F4'],
    [fileOf(`{"a":${tensor(0, 4, [1], "constructor")}}`, 4), 'tensor "a": expected a dtype among'],
    [fileOf(`{"a":${tensor(0, 1, [3], "F4")}}`, 1), "values that fill whole bytes, got 12 bits"],
    [fileOf(`{"a":${tensor(0, 4, [8], "F6_E2M3")}}`, 4), "6 bytes for F6_E2M3 [8], got 4"],
    [fileOf(`{"a":${tensor(0, 4, [-1])}}`, 4), 'tensor "a": expected a shape of integers'],
    [fileOf(`{"a":${tensor(0, 4, [2])}}`, 4), 'tensor "a": expected 8 bytes for F32 [2], got 4'],
    [fileOf(`{"a":${tensor(4, 0, [1])}}`, 4), "expected data_offsets [begin, end] that do not go"],
    [fileOf(`{"a":${tensor(0, 8)}}`, 4), 'tensor "a": expected data_offsets within 4 bytes, got 8'],
    [
      fileOf(`{"a":${tensor(0, 8)},"b":${tensor(4, 8)}}`, 8),
      'tensor "b": expected data_offsets from 8',
    ],
    [fileOf(`{"a":${tensor(4, 8)}}`, 8), 'tensor "a": expected data_offsets from 0, without gap'],
    [fileOf(`{"a":${tensor(0, 4)}}`, 8), "data: expected 4 bytes, as the header says, got 8"],
    [fileOf(`{"__metadata__":{"a":1}}`, 0), '__metadata__ "a": expected a string, got 1'],
    [fileOf(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}`, 4), 'only, got "x"'],
    [fileOf(`${"[".repeat(600)}`, 0), "header: expected JSON at most 500 deep, got deeper"],
    [fileOf(`{"${"a.".repeat(200)}a":${tensor(0, 4)}}`, 4), "names of at most 100 parts"],
  ];
  for (const [bytes, message] of lies) {
    await assert.rejects(read(bytes), (error: Error) => {
      assert.equal(error.name, "ModelFileError");
      assert.ok(error.message.startsWith("a.safetensors, "), error.message);
      assert.ok(error.message.includes(message), `${error.message}\nlacks ${message}`);
      return true;
    });
  }
});

Deno.test("bytes that are no UTF-8 are refused", async () => {
  const bytes = fileOf('{"a":1}', 0);
  bytes[10] = 0xff;
  await assert.rejects(read(bytes), {
    message: "a.safetensors, header: expected UTF-8, got other bytes",
  });
});

Deno.test("every dtype of the reference implementation is known, those of parts of bytes too", async () => {
  const bits = {
    ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, BOOL: 8, U8: 8, I8: 8, F8_E4M3: 8, F8_E5M2: 8 },
    ...{ F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8, U16: 16, I16: 16, F16: 16, BF16: 16 },
    ...{ U32: 32, I32: 32, F32: 32, U64: 64, I64: 64, F64: 64, C64: 64 },
  };
  for (const [dtype, size] of Object.entries(bits)) {
    const file = fileOf(`{"a":${tensor(0, size, [2, 4], dtype)}}`, size);
    assert.equal((await read(file)).tensors[0].end, size, dtype);
  }
});

Deno.test("metadata that is null is none", async () => {
  const { metadata, tensors } = await read(fileOf(`{"__metadata__":null,"a":${tensor(0, 4)}}`, 4));
  assert.deepEqual([metadata, tensors.length], [null, 1]);
});

Deno.test("a header of a hundred thousand tensors is read and printed again", async () => {
  const count = 100_000;
  const entries = Array.from({ length: count }, (_, i) => `"n${i}.w":${tensor(4 * i, 4 * i + 4)}`);
  const bytes = fileOf(`{${entries.join(",")}}`, 4 * count);
  const header = await read(bytes);
  assert.equal(header.tensors.length, count);
  const [was, is] = [bytes, printHeader(header)].map((file) => new TextDecoder().decode(file));
  assert.ok(was.slice(8, was.lastIndexOf("}") + 1) === is.slice(8).trimEnd());
});
