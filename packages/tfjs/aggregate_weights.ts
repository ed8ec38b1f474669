/** One model of several that were trained apart, as in federated learning. */
import { mergeRunningStats } from "@renorm/core-math";
import { expects, reading, show } from "@renorm/core-math/checks";
import { type Client, isModel, type ReadClient, readClient } from "./aggregated_clients.ts";
import { checkModel, classNameOf, findNormLayers } from "./find_norm_layers.ts";
import { readNamed } from "./layer_config.ts";
import { renormClassName } from "./layer_interface.ts";
import { structureOf, weightsByLayer, type WeightStructure } from "./model_weights.ts";
import type { LayersModel, TensorFlow, Variable } from "./tensor_flow.ts";

/**
 * What becomes of norms. `"pool"`: their statistics are those of all clients' values together, by
 * the law of total variance. `"average"`: means and variances are averaged like any weight, as
 * FedAvg does. `"local"`: all weights of norms stay with each client (FedBN, Li et al. 2021).
 * `"fixed"`: statistics stay as they are, scales and shifts are averaged: for clients whose norms
 * do not move (FixBN, Zhong et al. 2023).
 */
export type NormPolicy = "pool" | "average" | "local" | "fixed";

const policies: readonly NormPolicy[] = ["pool", "average", "local", "fixed"];

/** Options of {@linkcode RenormLayers.aggregateWeights}. */
export interface AggregateOptions {
  /** What becomes of norms. Default `"pool"`. */
  norms?: NormPolicy;
  /** Whose structure lists of weights have. Default: the first client that is a model. */
  model?: LayersModel;
}

/** One model of several. */
export interface AggregatedWeights {
  /** In the order of `getWeights()` of the model; null where the policy leaves a weight alone. */
  readonly weights: readonly (Float32Array | null)[];
  /** The steps of warm-ups that go with the statistics, by path. */
  readonly steps: Readonly<Record<string, number>>;
  /** Those of all clients: what it counts as a client itself. */
  readonly samples: number;
  /**
   * Writes weights and steps into a model of the same structure; what the policy leaves alone stays
   * as it has it.
   *
   * @throws {TypeError} For a model of another structure, which then stays as it is.
   */
  applyTo(model: LayersModel): void;
}

const owner = "aggregateWeights";

/** Reads all clients and makes one of them. */
export async function aggregateWeights(
  tf: TensorFlow,
  clients: readonly Client[],
  samples: readonly number[],
  options: AggregateOptions,
): Promise<AggregatedWeights> {
  const { norms = "pool", model } = readNamed(owner, options, ["norms", "model"]);
  if (!policies.includes(norms)) {
    const Kind = typeof norms === "string" ? RangeError : TypeError;
    throw new Kind(expects(owner, `norms to be one of ${policies.join(", ")}`, show(norms)));
  }
  const given = readList("clients", clients);
  const counts = readCounts(samples, given.length);
  const structure = structureOf(structureGiver(tf, model, given));
  if (structure.places.includes(-1)) {
    throw new TypeError(expects(owner, "a model whose layers hold all weights", "another"));
  }
  const left = new Set(
    structure.norms.flatMap(({ mean, variance, parameters }) =>
      norms === "local"
        ? [mean, variance, ...parameters]
        : norms === "fixed"
        ? [mean, variance]
        : []
    ),
  );
  const isLeftOut = (weight: number) => left.has(weight);
  const read = await Promise.all(
    given.flatMap((client, i) =>
      counts[i] === 0
        ? []
        : [readClient(tf, `client ${i}`, client, counts[i], structure, isLeftOut)]
    ),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weights = structure.places.map((_, i) => isLeftOut(i) ? null : average(read, i, total));
  if (norms === "pool") {
    for (const { mean, variance } of structure.norms.filter(({ mean }) => mean >= 0)) {
      const parts = read.map(({ values, samples }) => ({
        state: { running_mean: values[mean]!, running_var: values[variance]! },
        samples,
      }));
      const merged = mergeRunningStats(parts, { runningVariance: "biased" });
      weights[mean] = Float32Array.from(merged.running_mean);
      weights[variance] = Float32Array.from(merged.running_var);
    }
  }
  // The step says how far the statistics are to be trusted, so it goes where they go.
  const steps = structure.norms.map((_, norm) =>
    left.size > 0
      ? undefined
      : read.map(({ steps }) => steps[norm]).reduce((most, step) =>
        most === undefined || step === undefined ? most ?? step : Math.max(most, step)
      )
  );
  const named = structure.norms.map(({ path }, i) => [path, steps[i]] as const);
  return {
    weights,
    steps: Object.fromEntries(named.filter((one): one is [string, number] => one[1] !== undefined)),
    samples: total,
    applyTo: (target) => apply(tf, structure, weights, steps, target),
  };
}

function readList(name: string, given: unknown): unknown[] {
  const list = reading(owner, name, () => Array.isArray(given) ? Array.from(given) : null);
  if (list && list.length > 0) return list;
  throw new TypeError(expects(owner, `${name} to be an array of at least one`, show(given)));
}

function readCounts(samples: unknown, clients: number): number[] {
  const counts = readList("samples", samples);
  if (counts.length !== clients) {
    const wanted = `samples to be a count for each of ${clients} clients`;
    throw new TypeError(expects(owner, wanted, `${counts.length} of them`));
  }
  for (const count of counts) {
    if (Number.isSafeInteger(count) && Number(count) >= 0) continue;
    const Kind = typeof count === "number" ? RangeError : TypeError;
    throw new Kind(expects(owner, "samples to be integers of at least 0", show(count)));
  }
  if (counts.every((count) => count === 0)) {
    throw new RangeError(expects(owner, "a client with samples", "0 from each"));
  }
  return counts as number[];
}

function structureGiver(
  tf: TensorFlow,
  model: LayersModel | undefined,
  clients: readonly unknown[],
): LayersModel {
  const giver = model ?? clients.find((client) => isModel(tf, client));
  if (giver === undefined) {
    const wanted = "a model among the clients, or options.model, for the structure of the weights";
    throw new TypeError(expects(owner, wanted, "neither"));
  }
  checkModel(owner, giver as LayersModel);
  return giver as LayersModel;
}

/** Average of a weight by samples, in float64. */
function average(clients: readonly ReadClient[], weight: number, total: number): Float32Array {
  const sum = new Float64Array(clients[0].values[weight]!.length);
  for (const { values, samples } of clients) {
    const own = values[weight]!;
    for (let i = 0; i < sum.length; i++) sum[i] += own[i] * samples;
  }
  return Float32Array.from(sum, (value) => value / total);
}

/** Writes what there is into a model. */
function apply(
  tf: TensorFlow,
  { places, shapes }: WeightStructure,
  weights: readonly (Float32Array | null)[],
  steps: readonly (number | undefined)[],
  target: LayersModel,
): void {
  checkModel("applyTo", target);
  const variables = weightsByLayer(target).map((weight) => weight.read() as Variable);
  const shapeText = (shapes: readonly (readonly number[])[]) => JSON.stringify(shapes);
  const found = places.map((place) => variables[place]?.shape ?? []);
  if (shapeText(found) !== shapeText(shapes) || variables.length !== new Set(places).size) {
    const wanted = `a model with weights of shapes ${shapeText(shapes)}`;
    throw new TypeError(expects("applyTo", wanted, shapeText(variables.map(({ shape }) => shape))));
  }
  // Not by setWeights: it goes through constraints, which move even what keeps to them.
  tf.tidy(() => {
    weights.forEach((values, i) => {
      const variable = variables[places[i]];
      if (values) variable.assign(tf.tensor(values, variable.shape, variable.dtype));
    });
  });
  findNormLayers(target).forEach(({ layer }, i) => {
    const step = steps[i];
    if (step !== undefined && classNameOf(layer) === renormClassName) layer.renormStep = step;
  });
}
