import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { zipSync } from "fflate";
import { outcome, type ValidFile, validFiles } from "./testing/valid_files.ts";
import { unzip } from "./formats/keras/zip_archive.ts";

/** A change to bytes: some cut out, some put in, some exchanged. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  cut: fc.integer({ min: 0, max: 12 }),
  put: fc.uint8Array({ maxLength: 12 }),
});

function changed(
  bytes: Uint8Array,
  changes: readonly { at: number; cut: number; put: Uint8Array }[],
): Uint8Array {
  return changes.reduce((bytes, { at, cut, put }) => {
    const start = Math.floor(at * bytes.length);
    return Uint8Array.from([...bytes.slice(0, start), ...put, ...bytes.slice(start + cut)]);
  }, bytes);
}

/** Runs of each format: the HDF5 library in WebAssembly takes its time. */
const runs: Record<string, number> = {
  ".keras": 60,
  "the config within a .keras": 60,
  ".h5": 150,
};

for (const [name, { bytes, convert }] of Object.entries(validFiles)) {
  Deno.test(`whatever is changed in ${name}, it is read rightly or refused`, async () => {
    assert.equal(await outcome(() => convert(bytes)), "parsed");
    const property = fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (changes) => void await outcome(() => convert(changed(bytes, changes))),
    );
    await fc.assert(property, { numRuns: runs[name] ?? 200 });
  });

  Deno.test(`${name} is refused or read rightly when cut anywhere`, async () => {
    const lengths = Array.from({ length: 24 }, (_, i) => Math.floor((bytes.length * i) / 24));
    for (const length of lengths) await outcome(() => convert(bytes.slice(0, length)));
  });
}

/** Any value in place of any other of a JSON document. */
function mutated(json: unknown, steps: readonly number[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof json !== "object" || json === null) return value;
  const keys = Object.keys(json);
  if (keys.length === 0) return value;
  const key = keys[step % keys.length];
  const copy = structuredClone(json) as Record<string, unknown>;
  copy[key] = mutated(copy[key], rest, value);
  return copy;
}

const documents: Record<string, ValidFile> = {
  "model.json": validFiles["model.json"],
  "an index of shards": validFiles["an index of shards"],
  "the config within a .keras": validFiles["the config within a .keras"],
};

for (const [name, { bytes, convert }] of Object.entries(documents)) {
  Deno.test(`whatever value stands in ${name}, it is read rightly or refused`, async () => {
    const json = JSON.parse(new TextDecoder().decode(bytes));
    const property = fc.asyncProperty(
      fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }),
      fc.jsonValue(),
      async (steps, value) => {
        const text = JSON.stringify(mutated(json, steps, value));
        await outcome(() => convert(new TextEncoder().encode(text)));
      },
    );
    await fc.assert(property, { numRuns: runs[name] ?? 300 });
  });
}

const { convert: convertKeras } = validFiles[".keras"];

Deno.test("paths out of the archive are refused by name", async () => {
  for (const path of ["/etc/passwd", "../up", "a/../../b", "a\\b", "C:x"]) {
    const bytes = zipSync({ [path]: new Uint8Array(3) });
    await assert.rejects(convertKeras(bytes), {
      name: "ModelFileError",
      message: `the archive, entry ${JSON.stringify(path)}: expected a path within the archive, ` +
        `got ${JSON.stringify(path)}`,
    });
  }
});

Deno.test("an entry that claims more than its bytes can become is refused before it is unpacked", async () => {
  const bytes = zipSync({ "config.json": [new Uint8Array(100_000), { level: 9 }] });
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(bytes.length - 22 + 16, true);
  view.setUint32(directory + 24, 0x07000000, true);
  await assert.rejects(convertKeras(bytes), /expected a size that \d+ packed bytes can have/);
});

Deno.test("many entries cannot fill the memory together", () => {
  // 10 MB of zeros a time, a tenth of a percent of it packed.
  const bomb = zipSync(
    Object.fromEntries(
      Array.from({ length: 3 }, (_, i) => [`${i}`, [new Uint8Array(1e7), { level: 9 }]]),
    ),
  );
  assert.equal(unzip(bomb, "bomb.keras", 4e7).size, 3);
  assert.throws(
    () => unzip(bomb, "bomb.keras", 2e7),
    /entry "2": expected at most 20000000 bytes/,
  );
});

Deno.test("a damaged entry is told by its checksum", async () => {
  const bytes = validFiles[".keras"].bytes.slice();
  const config = new TextDecoder("latin1").decode(bytes).indexOf("Functional");
  bytes[config] ^= 1;
  await assert.rejects(convertKeras(bytes), /entry "config\.json": expected bytes of its checksum/);
});
