/** A golden file, and the check that a file is one. Its format is told in `golden/README.md`. */

/** One forward and backward: what goes in and what must come out. */
export interface GoldenStep {
  readonly training: boolean;
  readonly x: readonly number[];
  readonly dy: readonly number[];
  /** A 1 for each position `[n, ...spatial]` that counts, a 0 for the others; absent: all count. */
  readonly mask?: readonly number[];
  readonly y?: readonly number[];
  readonly dx?: readonly number[];
  readonly dWeight?: readonly number[] | null;
  readonly dBias?: readonly number[] | null;
  readonly runningMean?: readonly number[] | null;
  readonly runningVar?: readonly number[] | null;
  readonly numBatchesTracked?: number;
  readonly rmax?: number;
  readonly dmax?: number;
  readonly torchFloat32MaxAbsError?: Readonly<Record<string, number>>;
}

/** A layer, its start, and the steps it goes through. */
export interface GoldenCase {
  readonly name: string;
  readonly kind: "batch_norm" | "batch_renorm";
  readonly shape: readonly number[];
  readonly config: { readonly numFeatures: number } & Readonly<Record<string, unknown>>;
  readonly initial: {
    readonly weight: readonly number[];
    readonly bias: readonly number[];
    readonly runningMean: readonly number[];
    readonly runningVar: readonly number[];
    readonly numBatchesTracked: number;
  };
  readonly steps: readonly GoldenStep[];
}

/** The arrays of a step that are compared, in the order of the computation. */
export const comparedArrays = ["y", "dx", "dWeight", "dBias", "runningMean", "runningVar"] as const;

/** The name of one of {@linkcode comparedArrays}. */
export type ComparedArray = typeof comparedArrays[number];

/**
 * Checks the JSON of a golden file of a layer.
 *
 * @throws {TypeError} When it is not in the format; names the file and the place.
 */
export function checkGoldenCase(
  value: Readonly<Record<string, unknown>>,
  file: string,
): GoldenCase {
  const need = (holds: boolean, place: string, wanted: string): void => {
    if (!holds) throw new TypeError(`${file} expects ${place} to be ${wanted}`);
  };
  need(value.kind === "batch_norm" || value.kind === "batch_renorm", "kind", "a known layer");
  const shape = value.shape as number[];
  need(isNumbers(shape) && shape.length >= 2 && shape.length <= 5, "shape", "2 to 5 integers");
  need(value.layout === undefined || value.layout === "channels-first", "layout", "channels-first");
  const config = value.config as GoldenCase["config"];
  need(config?.numFeatures === shape[1], "config.numFeatures", `the ${shape[1]} of shape`);
  const initial = value.initial as Record<string, unknown>;
  for (const name of ["weight", "bias", "runningMean", "runningVar"]) {
    const place = `initial.${name}`;
    need(isNumbers(initial?.[name], shape[1]), place, `${shape[1]} numbers`);
  }
  const size = shape.reduce((a, b) => a * b, 1);
  need(Array.isArray(value.steps) && value.steps.length > 0, "steps", "a list of steps");
  const isFilled = (value.steps as GoldenStep[]).some((step) => step?.y !== undefined);
  need(isFilled, "steps", "with expected values in at least one: none has y");
  (value.steps as GoldenStep[]).forEach((step, i) => {
    need(typeof step?.training === "boolean", `steps[${i}].training`, "true or false");
    for (const name of ["x", "dy", "y", "dx"] as const) {
      const given = step[name] !== undefined || name === "x" || (name === "dy" && "y" in step);
      if (given) need(isNumbers(step[name], size), `steps[${i}].${name}`, `${size} numbers`);
    }
    const { mask } = step;
    const isMask = mask === undefined ||
      isNumbers(mask, size / shape[1]) && mask.every((flag) => flag === 0 || flag === 1);
    need(isMask, `steps[${i}].mask`, `${size / shape[1]} numbers, 0 or 1`);
    for (const name of ["dWeight", "dBias", "runningMean", "runningVar"] as const) {
      const absent = step[name] === undefined || step[name] === null;
      const place = `steps[${i}].${name}`;
      need(absent || isNumbers(step[name], shape[1]), place, `${shape[1]} numbers or null`);
    }
  });
  const name = typeof value.name === "string" ? value.name : file.replace(/\.json$/, "");
  return { ...value, name } as unknown as GoldenCase;
}

/** Whether a step of a case is masked. */
export function isMasked({ steps }: GoldenCase): boolean {
  return steps.some(({ mask }) => mask !== undefined);
}

function isNumbers(value: unknown, length?: number): value is number[] {
  return Array.isArray(value) && (length === undefined || value.length === length) &&
    value.every((entry) => typeof entry === "number");
}
