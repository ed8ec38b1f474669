import assert from "node:assert/strict";
import { File, ready } from "h5wasm";
import { readHdf5, writeHdf5 } from "./hdf5_tree.ts";

/** The bytes of an HDF5 file that the library itself makes. */
async function hdf5(build: (file: File) => void): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new File("/test.h5", "w");
  build(file);
  file.close();
  const bytes = Uint8Array.from(FS.readFile("/test.h5"));
  FS.unlink("/test.h5");
  return bytes;
}

Deno.test("a group that stands at two places, or within itself, is refused", async () => {
  // Two links a group to the one before: 2^40 paths.
  const shared = await hdf5((file) => {
    file.create_group("g0");
    for (let i = 1; i <= 40; i++) {
      const group = file.create_group(`g${i}`);
      for (const name of ["a", "b"]) group.create_hard_link(`/g${i - 1}`, name);
    }
  });
  await assert.rejects(readHdf5(shared, "m.h5"), {
    name: "ModelFileError",
    message: "m.h5, /g1/a: expected a group of its own, got that of /g0",
  });
  const circular = await hdf5((file) => {
    file.create_group("g").create_hard_link("/g", "again");
  });
  await assert.rejects(readHdf5(circular, "m.h5"), /\/g\/again: expected a group of its own/);
});

Deno.test("what is written is read as the same tree", async () => {
  const bytes = await hdf5((file) => {
    const group = file.create_group("a").create_group("b");
    group.create_dataset({ name: "x", data: Float32Array.of(1, 2), shape: [2], dtype: "<f" });
    group.create_dataset({ name: "n", data: Int32Array.of(3), shape: [], dtype: "<i" });
    group.create_attribute("name", "b");
  });
  const tree = await readHdf5(bytes, "m.h5");
  assert.deepEqual(await readHdf5(await writeHdf5(tree), "m.h5"), tree);
});

Deno.test("a file that is none, or is cut, is refused in the library's words, and the next is read", async () => {
  const bytes = await hdf5((file) => void file.create_group("a"));
  for (const broken of [new Uint8Array(600), bytes.subarray(0, 90)]) {
    await assert.rejects(readHdf5(broken, "m.h5"), {
      name: "ModelFileError",
      message: /^m\.h5, weights: expected an HDF5 file, got [^\n]{1,80}$/,
    });
  }
  assert.deepEqual([...(await readHdf5(bytes, "m.h5")).groups.keys()], ["a"]);
});
