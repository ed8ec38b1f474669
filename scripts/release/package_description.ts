/**
 * What npm shows of a package beside its readme: where it comes from, and by which words it is
 * found.
 */

/**
 * The address of the source, which the packages' readmes name in their links. A fork gives its own
 * to `release:pack --repository`.
 */
export const repositoryAddress = "https://github.com/renorm/renorm";

const keywords = ["batch-renormalization", "batch-normalization", "deep-learning", "small-batches"];

const ownKeywords: Readonly<Record<string, readonly string[]>> = {
  "core-math": ["pytorch", "typescript"],
  "schedule": ["warmup", "training"],
  "wasm-kernels": ["pytorch", "wasm", "webassembly", "simd"],
  "webgpu-kernels": ["webgpu", "wgsl", "gpu"],
  "convert": ["pytorch", "keras", "safetensors", "tensorflow", "tfjs"],
  "tfjs": ["tensorflow", "tfjs", "tensorflow.js", "webgpu"],
  "jax-js": ["jax", "jax-js", "webgpu"],
};

/** The fields of a package's `package.json` that describe it. */
export function describePackage(
  name: string,
  readme: string,
  address: string,
): Readonly<Record<string, unknown>> {
  return {
    description: firstSentence(readme),
    keywords: [...keywords, ...ownKeywords[name] ?? []],
    license: "MIT",
    homepage: `${address}/tree/main/packages/${name}#readme`,
    bugs: { url: `${address}/issues` },
    repository: { type: "git", url: `git+${address}.git`, directory: `packages/${name}` },
  };
}

/** The first sentence behind the title, in one line. */
function firstSentence(readme: string): string {
  const [, sentence] = /^#.*\n\n([^]*?)\.\s/.exec(readme) ?? [];
  if (!sentence) throw new Error("a readme expects a title and a sentence: got none");
  return sentence.replaceAll("\n", " ");
}
