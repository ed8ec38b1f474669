/**
 * What a new model takes over from the one that it was made from: weights, and how it is compiled.
 */
import type { LayerVariable } from "./layer_interface.ts";
import type { LayersModel, TensorFlow, Variable } from "./tensor_flow.ts";

/** A layer or model as it is copied. */
export interface CopiedLayer {
  readonly name: string;
  trainable: boolean;
  readonly layers?: readonly CopiedLayer[];
  readonly weights: readonly LayerVariable[];
}

/**
 * Copies trainable flags and weights, layer by layer: a frozen model freezes its layers when it is
 * built, and lists its weights in another order than one that is not frozen.
 */
export function copyLayer(tf: TensorFlow, from: CopiedLayer, to: CopiedLayer): void {
  to.trainable = from.trainable;
  if (!from.layers) return copyWeights(tf, from, to);
  from.layers.forEach((layer, i) => copyLayer(tf, layer, layerCalled(to.layers!, layer.name, i)));
}

/**
 * The layer of a model by its name, at the place where it is expected: models order their layers by
 * their graph, and a sequential one may have a layer twice.
 */
export function layerCalled(
  layers: readonly CopiedLayer[],
  name: string,
  place: number,
): CopiedLayer {
  const expected = layers[place];
  return expected?.name === name ? expected : layers.find((layer) => layer.name === name)!;
}

/**
 * Copies the weights of a layer, but for those that `changed` has values of, by their name in it.
 */
export function copyWeights(
  tf: TensorFlow,
  from: CopiedLayer,
  to: CopiedLayer,
  changed: (name: string) => Float32Array | undefined = () => undefined,
): void {
  to.weights.forEach((weight, i) => {
    // Not by setWeights: it goes through constraints, which move even what keeps to them. And a
    // copy, since what is assigned stays shared, and training would move both models.
    tf.tidy(() => {
      const variable = weight.read() as Variable;
      const values = changed(nameOf(weight));
      const copy = values ? tf.tensor(values, variable.shape) : tf.mul(from.weights[i].read(), 1);
      variable.assign(copy);
    });
  });
}

/** The name of a weight within its layer. */
export function nameOf({ originalName }: LayerVariable): string {
  return originalName.slice(originalName.lastIndexOf("/") + 1);
}

/** What TensorFlow.js keeps to itself of a compiled model. */
interface OptimizerOwner {
  isOptimizerOwned: boolean;
}

/**
 * Compiles a model as another is, with the same optimizer unless that dies with the other model.
 */
export async function compileAlike(from: LayersModel, to: LayersModel): Promise<void> {
  const { optimizer, loss, metrics } = from;
  const { isOptimizerOwned } = from as unknown as OptimizerOwner;
  const own = isOptimizerOwned ? await copyOptimizer(optimizer) : optimizer;
  compile(to, { optimizer: own, loss, metrics }, isOptimizerOwned);
}

function compile(to: LayersModel, given: object, isOptimizerOwned: boolean): void {
  const args = Object.entries(given).filter(([, value]) => value);
  to.compile(Object.fromEntries(args) as Parameters<typeof to.compile>[0]);
  (to as unknown as OptimizerOwner).isOptimizerOwned = isOptimizerOwned;
}

/** Compiles a model as another is, with an optimizer of the same class and config. */
export function compileAfresh(from: LayersModel, to: LayersModel): void {
  const { optimizer, loss, metrics } = from;
  // Outputs are named by their layers, which may be others.
  const names = new Map(from.outputNames.map((name, i) => [name, to.outputNames[i]]));
  const renamed = (given: unknown) =>
    typeof given !== "object" || given === null || Array.isArray(given)
      ? given
      : Object.fromEntries(Object.entries(given).map(([name, one]) => [names.get(name), one]));
  const own = optimizerLike(optimizer);
  compile(to, { optimizer: own, loss: renamed(loss), metrics: metrics && renamed(metrics) }, true);
}

type Optimizer = LayersModel["optimizer"];

/** An optimizer of the same class and config, at its start. */
function optimizerLike(optimizer: Optimizer): Optimizer {
  const { constructor } = optimizer as unknown as {
    readonly constructor: { fromConfig(cls: unknown, config: unknown): Optimizer };
  };
  return constructor.fromConfig(constructor, optimizer.getConfig());
}

/** An optimizer of the same class and config that goes on from the same state. */
async function copyOptimizer(optimizer: Optimizer): Promise<Optimizer> {
  const copy = optimizerLike(optimizer);
  // Adamax does not tell its state, so its copy starts afresh.
  const state = await optimizer.getWeights().catch(() => null);
  if (state) {
    await copy.setWeights(state);
    // The count of steps; what comes after are the optimizer's own variables.
    state[0].tensor.dispose();
  }
  return copy;
}
