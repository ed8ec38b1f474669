import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { validFiles } from "../testing/valid_files.ts";
import { formatOf } from "../formats/recognise_format.ts";
import { openModelFile } from "./open_model_file.ts";
import { withFolder } from "../testing/with_folder.ts";

type Part = string | number[];

/** Bytes of texts and numbers, and some zeros behind them. */
function bytes(...parts: Part[]): Uint8Array {
  return Uint8Array.from([
    ...parts.flatMap((part) => typeof part === "string" ? [...strToU8(part, true)] : part),
    ...new Array(300).fill(0),
  ]);
}
const json = (value: unknown) => strToU8(JSON.stringify(value));
const zip = (...names: string[]) =>
  zipSync(Object.fromEntries(names.map((name) => [name, bytes("x")])));
const utf16 = (text: string) =>
  new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer);

/** Beginnings as the formats' own documents give them. */
const files: [name: string, content: Uint8Array, named: RegExp][] = [
  ["nothing.safetensors", new Uint8Array(0), /an empty file/],
  [
    "pointer.keras",
    strToU8("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
    /LFS/,
  ],
  ["model.safetensors", strToU8("<!DOCTYPE html><html><title>404</title></html>"), /HTML/],
  ["model.json", strToU8("\n <html><body>Forbidden</body></html>"), /HTML/],
  ["bucket.keras", strToU8('<?xml version="1.0"?><Error/>'), /XML/],
  ["marked.json", bytes([0xff, 0xfe], "x"), /UTF-16/],
  ["wide.json", utf16('{"class_name":"Sequential"}'), /UTF-16/],
  ["new.pt", zip("net/data.pkl", "net/version"), /torch\.save.*save_file/],
  ["archive.ckpt", zip("archive/data.pkl", "archive/data/0"), /torch\.save/],
  ["traced.pt", zip("net/data.pkl", "net/code/x.py", "net/constants.pkl"), /TorchScript/],
  ["old.pth", bytes([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]), /older torch\.save/],
  ["any.pkl", bytes([0x80, 4, 0x95, 1, 0, 0]), /pickle/],
  ["w.npz", zip("arr_0.npy", "arr_1.npy"), /\.npz/],
  ["w.npy", bytes([0x93], "NUMPY", [1, 0]), /\.npy/],
  ["net.onnx", bytes([8, 7, 0x12, 7], "pytorch"), /ONNX/],
  ["keras.onnx", bytes([8, 8, 0x3a, 40]), /ONNX/],
  ["saved_model.pb", bytes([8, 1, 0x12, 200, 1]), /SavedModel/],
  ["lm.gguf", bytes("GGUF", [3, 0, 0, 0]), /GGUF/],
  ["net.tflite", bytes([0x20, 0, 0, 0], "TFL3"), /TensorFlow Lite/],
  ["params.msgpack", bytes([0x81, 0xa6], "params", [0x82]), /msgpack/],
  [
    "model.ckpt-1.index",
    Uint8Array.from([...bytes("x"), 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]),
    /checkpoint of TensorFlow/,
  ],
  ["m.tar.gz", bytes([0x1f, 0x8b, 8]), /gzip/],
  ["m.tar", bytes("m/" + "\0".repeat(255) + "ustar"), /tar archive/],
  ["graph.json", json({ format: "graph-model", modelTopology: { node: [] } }), /graph model/],
  ["frozen.json", json({ modelTopology: { node: [], library: {} } }), /graph model/],
  ["config.json", json({ model_type: "bert", architectures: [] }), /Hugging Face/],
  ["data.json", json({ a: 1 }), /JSON of something else/],
  ["weights.h5", bytes([0x89], "HDF", [13, 10, 26, 10]), /HDF5/],
];

async function refusal(path: string): Promise<string> {
  try {
    const file = await openModelFile(path);
    try {
      await (await formatOf(file)).inspect(file, {});
    } finally {
      await file.close();
    }
    return "read";
  } catch (error) {
    assert.equal((error as Error).name, "ModelFileError", `${error}`);
    return (error as Error).message.replaceAll(path, "FILE");
  }
}

Deno.test("a file of a format that is not read is named by it, and no other is", () =>
  withFolder(async (path) => {
    for (const [name, content, named] of files) {
      await writeFile(path(name), content);
      assert.match(await refusal(path(name)), named, name);
    }
    const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 197 + 89) % 251);
    await writeFile(path("noise"), noise);
    assert.match(await refusal(path("noise")), /got something else$/);
  }));

Deno.test("no file that is read is taken for another format", () =>
  withFolder(async (path) => {
    for (const name of ["safetensors", ".keras"]) {
      await writeFile(path("model"), validFiles[name].bytes);
      assert.equal(await refusal(path("model")), "read", name);
    }
  }));

Deno.test("a folder is named by what lies in it", () =>
  withFolder(async (path) => {
    const holds: [string, RegExp][] = [
      ["saved_model.pb", /SavedModel/],
      ["manifest.ocdbt", /Orbax/],
      ["model.json", /a folder: give the file in it, "model\.json"/],
      ["model.safetensors.index.json", /give the file in it, "model\.safetensors\.index\.json"/],
      ["notes.txt", /got a folder$/],
    ];
    for (const [name, named] of holds) {
      const at = path(`with ${name}`);
      await mkdir(at);
      await writeFile(join(at, name), "x");
      assert.match(await refusal(at), named);
    }
  }));
