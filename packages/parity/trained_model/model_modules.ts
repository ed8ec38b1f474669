/** The words in which a golden file describes its model. */

/** A part of a model, in the order of the computation. */
export type Module =
  | {
    readonly kind: "conv";
    readonly kernelSize: number;
    readonly inputs: number;
    readonly outputs: number;
    readonly pad: number;
    readonly hasBias: boolean;
  }
  | { readonly kind: "norm" }
  | { readonly kind: "relu" }
  | { readonly kind: "mean" }
  | { readonly kind: "linear"; readonly inputs: number; readonly outputs: number };

const conv = /^conv(\d+)x\1\((\d+)->(\d+),pad (\d+)(,no bias)?\)$/;
const linear = /^linear\((\d+)->(\d+)\)$/;

/**
 * Reads a description such as `conv3x3(3->16,pad 1,no bias) norm relu mean(h,w) linear(16->10)`.
 *
 * @throws {TypeError} For a word that is none of these.
 */
export function parseModules(description: string): Module[] {
  return description.match(/[^\s(]+(\([^)]*\))?/g)?.map(parseModule) ?? [];
}

function parseModule(word: string): Module {
  if (word === "norm" || word === "relu") return { kind: word };
  if (word === "mean(h,w)") return { kind: "mean" };
  const fullyConnected = linear.exec(word);
  if (fullyConnected) {
    const [inputs, outputs] = fullyConnected.slice(1).map(Number);
    return { kind: "linear", inputs, outputs };
  }
  const convolution = conv.exec(word);
  if (convolution) {
    const [kernelSize, inputs, outputs, pad] = convolution.slice(1).map(Number);
    return { kind: "conv", kernelSize, inputs, outputs, pad, hasBias: !convolution[5] };
  }
  const known = "conv3x3(3->16,pad 1,no bias), norm, relu, mean(h,w) or linear(32->10)";
  throw new TypeError(`model expects words like ${known}: got ${JSON.stringify(word)}`);
}

/** A module with the name that its tensors have in PyTorch; null where it has none. */
export interface NamedModule {
  readonly name: string | null;
  readonly module: Module;
}

/** Names as in the notebook's model: `net` is a sequence, `head` the layer behind it. */
export function nameModules(modules: readonly Module[]): NamedModule[] {
  return modules.map((module, i) => {
    if (module.kind === "mean" || module.kind === "relu") return { name: null, module };
    return { name: module.kind === "linear" ? "head" : `net.${i}`, module };
  });
}
