/** A golden file that holds the training of a whole model. */
import { readSafetensors } from "@renorm/convert";
import { type Module, parseModules } from "./model_modules.ts";

/** A batch: values `[n, c, h, w]`, and a class for each of the n. */
export interface GoldenBatch {
  readonly x: readonly number[];
  readonly labels: readonly number[];
}

/** A tensor of the model before it is converted. */
export interface StartTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A model, its start, the batches it is trained on, and what must come out. */
export interface GoldenModel {
  readonly name: string;
  readonly modules: readonly Module[];
  readonly learningRate: number;
  /** What the batch norms are converted to. */
  readonly convert: { readonly rmax: number; readonly dmax: number; readonly warmupSteps: number };
  readonly inputShape: readonly number[];
  /** By PyTorch's names. */
  readonly start: Readonly<Record<string, StartTensor>>;
  readonly batches: readonly GoldenBatch[];
  readonly losses: readonly number[];
  /** Tensors after the last step, by PyTorch's names. */
  readonly final: Readonly<Record<string, readonly number[]>>;
  readonly evalLogitsOfFirstBatch: readonly number[];
}

/**
 * Checks the JSON of a golden file of this kind, and reads the weights beside it.
 *
 * @param readBytes Reads the file that `weightsFile` names.
 * @throws {TypeError} When it is not in the format; names the file and the place.
 */
export async function readGoldenModel(
  value: Readonly<Record<string, unknown>>,
  file: string,
  readBytes: (file: string) => Promise<Uint8Array>,
): Promise<GoldenModel> {
  const need = (holds: boolean, place: string, wanted: string): void => {
    if (!holds) throw new TypeError(`${file} expects ${place} to be ${wanted}`);
  };
  const { model, optimizer, loss, convert, inputShape, weightsFile, batches, losses, final } =
    value as Record<string, never> & {
      readonly inputShape: readonly number[];
      readonly batches: readonly GoldenBatch[];
    };
  const { name: optimizerName, learningRate } = (optimizer ?? {}) as Record<string, unknown>;
  need(optimizerName === "sgd" && Number.isFinite(learningRate), "optimizer", "sgd with its rate");
  need(loss === "mean softmax cross-entropy", "loss", "mean softmax cross-entropy");
  need(isNumbers(inputShape, 4), "inputShape", "[n, c, h, w]");
  const size = inputShape.reduce((product, length) => product * length, 1);
  need(Array.isArray(batches) && batches.length > 0, "batches", "a list of batches");
  batches.forEach(({ x, labels }, i) => {
    need(isNumbers(x, size), `batches[${i}].x`, `${size} numbers`);
    need(isNumbers(labels, inputShape[0]), `batches[${i}].labels`, `${inputShape[0]} classes`);
  });
  need(isNumbers(losses, batches.length), "losses", `${batches.length} numbers`);
  for (const key of ["rmax", "dmax", "warmupSteps"]) {
    need(Number.isFinite(convert?.[key]), `convert.${key}`, "a number");
  }
  const finals = Object.entries(final ?? {});
  need(finals.length > 0, "final", "tensors by name");
  for (const [name, values] of finals) need(isNumbers(values), `final[${name}]`, "numbers");
  need(isNumbers(value.evalLogitsOfFirstBatch), "evalLogitsOfFirstBatch", "numbers");
  need(typeof model === "string", "model", "a description");
  need(typeof weightsFile === "string", "weightsFile", "the name of a file");
  return {
    ...value as unknown as GoldenModel,
    name: String(value.name ?? file.replace(/\.json$/, "")),
    modules: parseModules(model),
    learningRate: learningRate as number,
    start: await readStart(await readBytes(weightsFile)),
  };
}

async function readStart(bytes: Uint8Array): Promise<Record<string, StartTensor>> {
  const { tensors } = await readSafetensors(bytes);
  const start: Record<string, StartTensor> = {};
  for (const [name, { shape, values }] of tensors) {
    if (values) start[name] = { shape, values: Array.from(values) };
  }
  return start;
}

function isNumbers(value: unknown, length?: number): value is number[] {
  return Array.isArray(value) && (length === undefined || value.length === length) &&
    value.every((entry) => typeof entry === "number");
}
