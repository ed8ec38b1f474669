/** Formats of models that are not read: how each is told, and the way from it to one that is. */

import { isJsonObject, type JsonObject } from "../json.ts";

/** What of a file its format is told by. */
export interface FileSample {
  readonly name: string;
  /** Its first bytes, 4096 at most. */
  readonly start: Uint8Array;
  /** Its last bytes, 65 536 at most: where a zip archive lists its entries. */
  readonly end: Uint8Array;
}

interface UnsupportedFormat {
  /** As people call it. */
  readonly name: string;
  /** How to get to a file that is read, or why there is no way. */
  readonly way: string;
  readonly matches: (file: FileSample) => boolean;
}

const fromTorch =
  'in Python: safetensors.torch.save_file(torch.load(PATH, map_location="cpu"), "model.safetensors")';
const fromTensorFlow = 'load it in Python with keras and save it with model.save("model.keras")';
const unpack = "unpack it first";

/** A text anywhere in what is known of a file; for the names of a zip archive's entries. */
function holds({ start, end }: FileSample, pattern: RegExp): boolean {
  return pattern.test(`${latin1(start)}\n${latin1(end)}`);
}

function isZip({ start }: FileSample): boolean {
  return hasBytes(start, 0, [0x50, 0x4b, 3, 4]);
}

/**
 * A protocol buffer whose first field is a small number, and whose second has one of these tags.
 */
function isProtocolBuffer({ start }: FileSample, least: number, tags: readonly number[]): boolean {
  return start[0] === 8 && start[1] >= least && start[1] < 32 && tags.includes(start[2]);
}

/** In the order in which they are asked: what is more particular first. */
const unsupportedFormats: readonly UnsupportedFormat[] = [
  {
    name: "an empty file",
    way: "fetch or save it again",
    matches: ({ start }) => start.length === 0,
  },
  {
    name: "a pointer of Git LFS, not the file it stands for",
    way: "git lfs pull fetches that",
    matches: ({ start }) => latin1(start).startsWith("version https://git-lfs"),
  },
  {
    name: "a page of HTML or XML, as servers send in place of a file",
    way: "see what it says, and fetch the file again",
    matches: ({ start }) => /^\s*<[!?a-z]/i.test(latin1(start).replace(/^\xef\xbb\xbf/, "")),
  },
  {
    name: "text in UTF-16",
    way: "save it as UTF-8",
    matches: ({ start }) =>
      hasBytes(start, 0, [0xff, 0xfe]) || hasBytes(start, 0, [0xfe, 0xff]) ||
      start[0] === 0x7b && start[1] === 0 && start[2] !== 0 && start[3] === 0,
  },
  {
    name: "a TorchScript archive of PyTorch",
    way:
      'in Python: safetensors.torch.save_file(torch.jit.load(PATH).state_dict(), "model.safetensors")',
    matches: (file) => isZip(file) && holds(file, /\/constants\.pkl/),
  },
  {
    name: "a checkpoint of torch.save (.pt, .pth)",
    way: fromTorch,
    matches: (file) => isZip(file) && holds(file, /\/data\.pkl/),
  },
  {
    name: "a checkpoint of an older torch.save, a pickle (.pt, .pth)",
    way: fromTorch,
    matches: ({ start }) => hasBytes(start, 0, [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46]),
  },
  {
    name: "a Python pickle",
    way: "pickles can run any code, so none is read; of a checkpoint: " + fromTorch,
    matches: ({ start }) => start[0] === 0x80 && start[1] >= 1 && start[1] <= 5,
  },
  {
    name: "an archive of NumPy arrays (.npz)",
    way: "it names no layers; give its arrays PyTorch's names and save them as safetensors",
    matches: (file) => isZip(file) && holds(file, /\.npy/),
  },
  {
    name: "a NumPy array (.npy)",
    way: "it is no model; a state_dict of such arrays can be saved as safetensors",
    matches: ({ start }) => hasBytes(start, 0, [0x93]) && latin1(start).startsWith("NUMPY", 1),
  },
  {
    name: "a GGUF model of llama.cpp",
    way: "its weights are quantised for inference; take the checkpoint that it was made from",
    matches: ({ start }) => latin1(start).startsWith("GGUF"),
  },
  {
    name: "a TensorFlow Lite (LiteRT) model",
    way: "batch norms are folded away in it; take the model that it was made from",
    matches: ({ start }) => latin1(start).startsWith("TFL3", 4),
  },
  {
    name: "a checkpoint of TensorFlow (.index)",
    way: fromTensorFlow,
    matches: ({ end }) =>
      hasBytes(end, end.length - 8, [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]),
  },
  {
    name: "the graph of a TensorFlow SavedModel (.pb)",
    way: fromTensorFlow,
    matches: (file) => isProtocolBuffer(file, 1, [0x12]) && /\.pb$/i.test(file.name),
  },
  {
    name: "an ONNX model",
    way: "take the PyTorch or Keras model that it was exported from",
    // ir_version, then the producer's name or another field of the message.
    matches: (file) => isProtocolBuffer(file, 3, [0x12, 0x1a, 0x22, 0x28, 0x3a, 0x42]),
  },
  {
    name: "a msgpack of Flax or JAX",
    way: "restore it in Python, and save its arrays under PyTorch's names as safetensors",
    matches: ({ start }) => isMapOfTexts(start),
  },
  ...([
    ["gzip", [0x1f, 0x8b]],
    ["bzip2", [0x42, 0x5a, 0x68]],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ["Zstandard", [0x28, 0xb5, 0x2f, 0xfd]],
    ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ] as const).map(([name, magic]) => ({
    name: `an archive packed by ${name}`,
    way: unpack,
    matches: ({ start }: FileSample) => hasBytes(start, 0, magic),
  })),
  {
    name: "a tar archive",
    way: unpack,
    matches: ({ start }) => latin1(start.subarray(257, 262)) === "ustar",
  },
];

/** What a file is, and the way from it; null for what may be read, or is nothing we know. */
export function unsupportedFormat(file: FileSample): string | null {
  const format = unsupportedFormats.find(({ matches }) => matches(file));
  return format ? `${format.name}: ${format.way}` : null;
}

/** What a JSON file is that holds no layers; null for what may be read, or is nothing we know. */
export function unsupportedJson(json: JsonObject): string | null {
  const { format, modelTopology: topology } = json;
  if (format === "graph-model" || isJsonObject(topology) && Array.isArray(topology.node)) {
    return "a graph model of TensorFlow.js, which has operations and no layers: convert the model " +
      "anew with tensorflowjs_converter --output_format tfjs_layers_model";
  }
  if ("model_type" in json || "architectures" in json) {
    return "the configuration of a Hugging Face model: give the .safetensors file beside it";
  }
  return null;
}

/** What a folder is, by the names in it. */
export function unsupportedFolder(names: readonly string[]): string {
  const has = (pattern: RegExp) => names.find((name) => pattern.test(name));
  if (has(/^saved_model\.pb(txt)?$/)) return `the folder of a SavedModel: ${fromTensorFlow}`;
  if (has(/^(_CHECKPOINT_METADATA|_METADATA|manifest\.ocdbt)$/)) {
    return "a checkpoint of Orbax: restore it in Python, and save its arrays under PyTorch's names " +
      "as safetensors";
  }
  const model = has(/^model\.json$/) ?? has(/\.safetensors\.index\.json$/) ??
    has(/\.(safetensors|keras)$/);
  return model ? `a folder: give the file in it, ${JSON.stringify(model)}` : "a folder";
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

function hasBytes(bytes: Uint8Array, at: number, wanted: readonly number[]): boolean {
  return at >= 0 && wanted.every((byte, i) => bytes[at + i] === byte);
}

/** A msgpack map of a few entries whose first key is a short text. */
function isMapOfTexts(start: Uint8Array): boolean {
  const length = start[1] & 0x1f;
  if ((start[0] & 0xf0) !== 0x80 || (start[1] & 0xe0) !== 0xa0 || length === 0) return false;
  return /^[\w./-]+$/.test(latin1(start.subarray(2, 2 + length)));
}
