import type { NormLayer, RenormLimits, RenormSettings, UnsupportedLayer } from "../norm_layer.ts";
import type { Schedule } from "@renorm/schedule";
import {
  fieldIn,
  type FieldName,
  fieldOf,
  hasKerasFields,
  usesUnderscores,
} from "./field_names.ts";

/** Class names that are batch norm and nothing more. */
const knownNames =
  /^(Sync|Gpu)?Batch(Norm|Renorm)([123]d)?$|^Batch(Normalization|Renormalization)$/;
const renormFields: readonly FieldName[] = [
  "rmax",
  "dmax",
  "warmupSteps",
  "schedule",
  "renormStep",
  "batchNormMomentum",
];

/** The class of an object: its constructor's name, or what a plain record says of itself. */
export function classNameOf(node: object): string | null {
  const { constructor } = Object.getPrototypeOf(node) ?? {};
  if (constructor && constructor !== Object) return constructor.name;
  const name = fieldOf(node, "className");
  return typeof name === "string" ? name : null;
}

/** Whether `node` is plain data rather than an instance of somebody's class. */
export function isRecord(node: object): boolean {
  const prototype = Object.getPrototypeOf(node);
  return prototype === null || prototype === Object.prototype;
}

/**
 * Reads an object that has the shape of a batch norm; null for any other.
 *
 * @param isKnown Whether somebody answers for its class, whatever its name.
 */
export function readRecord(node: object, isKnown = false): NormLayer | UnsupportedLayer | null {
  const name = classNameOf(node);
  const runningMean = fieldOf(node, "runningMean");
  const runningVar = fieldOf(node, "runningVar");
  const hasStatistics = isVector(runningMean) && isVector(runningVar);
  const isNamed = name !== null && /Batch(Re)?Norm/.test(name);
  if (!isNamed && !(hasStatistics && !/InstanceNorm/.test(name ?? ""))) return null;

  const text = printRecord(node, name ?? "BatchNorm");
  if (isNamed && !isKnown && !knownNames.test(name)) {
    return { text, unsupported: `${name} may do more than batch norm` };
  }
  if (!hasStatistics && (runningMean || runningVar)) {
    return { text, unsupported: "its running mean and variance are not two vectors" };
  }
  if (hasStatistics && runningMean.length !== runningVar.length) {
    const lengths = `${runningMean.length} and ${runningVar.length}`;
    return { text, unsupported: `its running mean and variance have ${lengths} values` };
  }
  if (fieldOf(node, "trackRunningStats") === false) {
    return { text, unsupported: "it tracks no running statistics to correct toward" };
  }
  const keras = hasKerasFields(node) || /Normalization$/.test(name ?? "");
  const momentum = fieldOf(node, "momentum");
  const eps = fieldOf(node, "eps") ?? (keras ? 1e-3 : 1e-5);
  if (typeof eps !== "number" || !(eps > 0 && eps < Infinity)) {
    return { text, unsupported: `its eps is no finite number above 0: ${eps}` };
  }
  if (momentum !== null && momentum !== undefined && !isShare(momentum)) {
    return { text, unsupported: `its momentum is no number in [0, 1]: ${momentum}` };
  }
  const features = hasStatistics ? runningMean.length : fieldOf(node, "numFeatures");
  return {
    kind: isRenorm(node, name) ? "batch-renorm" : "batch-norm",
    numFeatures: typeof features === "number" ? features : null,
    eps,
    momentum: momentum === undefined ? keras ? 0.01 : 0.1 : toPyTorch(momentum, keras),
    numBatchesTracked: countOf(fieldOf(node, "numBatchesTracked")),
    renorm: isRenorm(node, name) ? readRenorm(node, keras) : null,
    text,
  };
}

/** By its name, and where it has none by its limits. */
function isRenorm(node: object, name: string | null): boolean {
  if (name !== null) return /Renorm/.test(name);
  return fieldIn(node, "rmax") !== null || fieldIn(node, "schedule") !== null;
}

/** A copy of a record with the name and fields of the wanted kind, over the same arrays. */
export function createRecord(node: object, layer: NormLayer): object {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(node)), node);
  const keras = hasKerasFields(node) || /Normalization$/.test(classNameOf(node) ?? "");
  for (const field of renormFields) {
    const name = fieldIn(copy, field);
    if (name) delete copy[name];
  }
  const className = fieldIn(copy, "className");
  if (className) {
    copy[className] = layer.renorm
      ? copy[className].replace(/BatchNorm/, "BatchRenorm")
      : copy[className].replace(/BatchRenorm/, "BatchNorm");
  }
  // Written only where it changes, so that 0.99 does not become 1 - (1 - 0.99).
  const before = readRecord(node) as NormLayer;
  if (layer.momentum !== before.momentum) {
    const saved = before.renorm?.batchNormMomentum;
    copy.momentum = !layer.renorm && saved === layer.momentum
      ? fieldOf(node, "batchNormMomentum")
      : toPyTorch(layer.momentum, keras);
  }
  if (!layer.renorm) return copy;
  const { limits, renormStep } = layer.renorm;
  const spelled = (name: string) =>
    usesUnderscores(node) ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name;
  const added = {
    ...limits,
    renormStep,
    ...layer.renorm.batchNormMomentum !== undefined &&
      { batchNormMomentum: fieldOf(node, "momentum") ?? null },
  };
  for (const [name, value] of Object.entries(added)) copy[spelled(name)] = value;
  return copy;
}

/** Between PyTorch's weight of the new batch and Keras' of the old value, either way. */
function toPyTorch(momentum: unknown, keras: boolean): number | null {
  if (momentum === null) return null;
  return keras ? 1 - Number(momentum) : Number(momentum);
}

function readRenorm(node: object, keras: boolean): RenormSettings {
  const schedule = fieldOf(node, "schedule") as Schedule | undefined;
  const limits: RenormLimits = schedule ? { schedule } : {
    rmax: Number(fieldOf(node, "rmax") ?? 3),
    dmax: Number(fieldOf(node, "dmax") ?? 5),
    warmupSteps: Number(fieldOf(node, "warmupSteps") ?? 5000),
  };
  const momentum = fieldOf(node, "batchNormMomentum");
  return {
    limits,
    renormStep: Number(fieldOf(node, "renormStep") ?? 0),
    ...momentum !== undefined && { batchNormMomentum: toPyTorch(momentum, keras) },
  };
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isVector(value: unknown): value is ArrayLike<number> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ||
    Array.isArray(value) && value.every((item) => typeof item === "number");
}

function countOf(value: unknown): number | null {
  const count = Number(
    ArrayBuffer.isView(value) || Array.isArray(value)
      ? (value as ArrayLike<number | bigint>)[0] ?? NaN
      : value ?? NaN,
  );
  return Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** A record in one line: its name, then its numbers and switches as it spells them. */
export function printRecord(node: object, name: string): string {
  const className = fieldIn(node, "className");
  const values = Object.entries(node)
    .filter(([key, value]) => key !== className && ["number", "boolean"].includes(typeof value))
    .map(([key, value]) => `${key}=${value}`);
  return `${name}(${values.join(", ")})`;
}
