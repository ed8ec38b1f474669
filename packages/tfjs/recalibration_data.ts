/** The batches of the data that a model is recalibrated over. */
import { expects, reading, show } from "@renorm/core-math/checks";
import { type FitData, readFitData } from "./fit_data.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/**
 * One batch: what `fit` takes as x. That of a data set with labels, `{ xs, ys }`, does as well; ys
 * are not looked at.
 */
export type RecalibrationBatch = FitData | { readonly xs: FitData; readonly ys?: unknown };

/** A `tf.data.Dataset`, so far as it is used. */
export interface Dataset {
  /** Begins anew. */
  iterator(): Promise<{ next(): Promise<IteratorResult<unknown>> }>;
}

/** Something to go through, that may be gone through again where there are several passes. */
export type RecalibrationData =
  | Tensor
  | Iterable<RecalibrationBatch>
  | AsyncIterable<RecalibrationBatch>
  | Dataset
  | (() => Iterable<RecalibrationBatch> | AsyncIterable<RecalibrationBatch>);

const owner = "recalibrate";

/**
 * Goes through the data once, a list of tensors a batch.
 *
 * What a data set makes for us is freed after its batch, as `fitDataset` does; other tensors are
 * the caller's.
 */
export async function* batchesOf(
  tf: TensorFlow,
  data: RecalibrationData,
  names: readonly string[],
  batchSize: number,
): AsyncGenerator<Tensor[]> {
  const batches = reading(owner, "data", () => open(tf, data, batchSize));
  if (!batches) {
    const wanted =
      "data to be a tensor, an array of batches, a tf.data.Dataset, an iterable or a " +
      "function that gives one";
    const isTensor = reading(owner, "data", () => data instanceof tf.Tensor && data.isDisposed);
    throw new TypeError(expects(owner, wanted, isTensor ? "a disposed tensor" : show(data)));
  }
  for await (const batch of batches) {
    const given = reading(owner, "a batch", () => (batch as { xs?: FitData })?.xs ?? batch);
    yield readFitData(tf, owner, "a batch", given as FitData, names);
  }
}

/** The batches, or null for what is no data. */
function open(
  tf: TensorFlow,
  data: RecalibrationData,
  batchSize: number,
): Iterable<unknown> | AsyncIterable<unknown> | null {
  if (data instanceof tf.Tensor) {
    return data.rank > 0 && !data.isDisposed ? slicesOf(tf, data, batchSize) : null;
  }
  if (typeof data === "string") return null;
  if (isIterable(data)) return data;
  if (typeof data === "function") {
    const made = data();
    return isIterable(made) ? made : null;
  }
  return typeof (data as Dataset)?.iterator === "function" ? itemsOf(tf, data as Dataset) : null;
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  const given = value as Iterable<unknown> & AsyncIterable<unknown> | null | undefined;
  return typeof (given?.[Symbol.asyncIterator] ?? given?.[Symbol.iterator]) === "function";
}

function* slicesOf(tf: TensorFlow, x: Tensor, batchSize: number): Generator<Tensor> {
  for (let from = 0; from < x.shape[0]; from += batchSize) {
    const batch = tf.slice(x, from, Math.min(batchSize, x.shape[0] - from));
    try {
      yield batch;
    } finally {
      batch.dispose();
    }
  }
}

async function* itemsOf(tf: TensorFlow, data: Dataset): AsyncGenerator<unknown> {
  const iterator = await data.iterator();
  for (let item = await iterator.next(); !item.done; item = await iterator.next()) {
    try {
      yield item.value;
    } finally {
      tf.dispose(item.value as Parameters<typeof tf.dispose>[0]);
    }
  }
}
