/** Tensors as `fit` takes them, read into one list. */
import { expects, reading, show } from "@renorm/core-math/checks";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/**
 * Tensors as `fit` takes them: one, one for each input or output in order, or those by its name.
 */
export type FitData = Tensor | Tensor[] | Record<string, Tensor>;

/** One tensor for each of the names. */
export function readFitData(
  tf: TensorFlow,
  owner: string,
  what: string,
  given: FitData,
  names: readonly string[],
): Tensor[] {
  const tensors = reading(owner, what, () => {
    const isRecord = typeof given === "object" && given !== null &&
      Object.getPrototypeOf(given) === Object.prototype;
    const list = isRecord ? names.map((name) => (given as Record<string, Tensor>)[name]) : given;
    return [list as Tensor | Tensor[]].flat().map((tensor) =>
      !(tensor instanceof tf.Tensor) || tensor.rank === 0
        ? show(tensor)
        : tensor.isDisposed
        ? "a disposed tensor"
        : tensor
    );
  });
  const wrong = tensors.find((tensor) => typeof tensor === "string");
  if (wrong !== undefined) {
    throw new TypeError(expects(owner, `${what} to be tensors`, wrong));
  }
  // A model that is not built has no names.
  if (tensors.length !== Math.max(1, names.length)) {
    const wanted = `${what} to have a tensor for each of ${
      names.join(", ") || "the model's inputs"
    }`;
    throw new TypeError(expects(owner, wanted, `${tensors.length} of them`));
  }
  return tensors as Tensor[];
}

/** Checks how many samples a batch of them is to have. */
export function checkBatchSize(owner: string, batchSize: unknown, least: number): void {
  if (Number.isSafeInteger(batchSize) && batchSize as number >= least) return;
  const Kind = typeof batchSize === "number" ? RangeError : TypeError;
  throw new Kind(
    expects(owner, `batchSize to be an integer of at least ${least}`, show(batchSize)),
  );
}
