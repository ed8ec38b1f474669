/** The names that libraries give to the fields of a batch norm, ours first. */
export const fieldNames = {
  eps: ["eps", "epsilon"],
  momentum: ["momentum"],
  weight: ["weight", "gamma", "scale"],
  bias: ["bias", "beta", "offset"],
  runningMean: ["runningMean", "running_mean", "movingMean", "moving_mean"],
  runningVar: ["runningVar", "running_var", "movingVariance", "moving_variance", "movingVar"],
  numFeatures: ["numFeatures", "num_features"],
  numBatchesTracked: ["numBatchesTracked", "num_batches_tracked"],
  trackRunningStats: ["trackRunningStats", "track_running_stats"],
  rmax: ["rmax"],
  dmax: ["dmax"],
  warmupSteps: ["warmupSteps", "warmup_steps"],
  schedule: ["schedule"],
  renormStep: ["renormStep", "renorm_step"],
  batchNormMomentum: ["batchNormMomentum", "batch_norm_momentum"],
  className: ["type", "className", "class_name"],
} as const satisfies Record<string, readonly string[]>;

/** A field by our name. */
export type FieldName = keyof typeof fieldNames;

/** The name under which `node` has a field; null when it has none. */
export function fieldIn(node: object, field: FieldName): string | null {
  return fieldNames[field].find((name) => Object.hasOwn(node, name)) ?? null;
}

/** The value of a field of `node`, whatever it is called there. */
export function fieldOf(node: object, field: FieldName): unknown {
  const name = fieldIn(node, field);
  return name === null ? undefined : (node as Record<string, unknown>)[name];
}

/** Whether `node` writes its fields with underscores, so that new ones are written so too. */
export function usesUnderscores(node: object): boolean {
  return Object.keys(node).some((name) => /^[a-z]+(_[a-z]+)+$/.test(name));
}

/** Whether `node` has Keras' fields: then its momentum is the weight of the old value. */
export function hasKerasFields(node: object): boolean {
  const names = ["gamma", "beta", "epsilon", "movingMean", "moving_mean"];
  return names.some((name) => Object.hasOwn(node, name));
}
