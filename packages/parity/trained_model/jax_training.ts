/** Trains a golden file's model in jax-js as a user does, and compares what comes out. */
import { linearWarmup } from "@renorm/schedule";
import * as jax from "@jax-js/jax";
import type { CaseComparison } from "../compare_case.ts";
import { compareTraining } from "./compare_training.ts";
import type { GoldenModel } from "./golden_model.ts";
import { forward, type ModelParams, type ModelState, startOf } from "./jax_model.ts";

const { nn, numpy: np, tree } = jax;

/** Trains and compares on the current device. */
export async function trainInJax(golden: GoldenModel): Promise<CaseComparison> {
  const { modules, learningRate, inputShape, batches } = golden;
  const classes = golden.evalLogitsOfFirstBatch.length / inputShape[0];
  const schedule = linearWarmup(golden.convert);
  const inputOf = (values: readonly number[]) =>
    np.array(Float32Array.from(values), { shape: [...inputShape] });

  function loss(
    params: ModelParams,
    state: ModelState,
    x: jax.Array,
    labels: jax.Array,
  ): [jax.Array, ModelState] {
    const [logits, next] = forward(modules, x, params, state, schedule);
    const chosen = nn.logSoftmax(logits).mul(nn.oneHot(labels, classes));
    return [chosen.sum(-1).mean().neg(), next];
  }
  const lossAndGradients = jax.valueAndGrad(loss, { hasAux: true });
  const step = jax.jit(
    (params: ModelParams, state: ModelState, x: jax.Array, labels: jax.Array) => {
      const [[value, next], gradients] = lossAndGradients(tree.ref(params), state, x, labels);
      const moved = tree.map(
        (param: jax.Array, gradient: jax.Array) => param.sub(gradient.mul(learningRate)),
        params,
        gradients,
      ) as ModelParams;
      return [moved, next, value] as [ModelParams, ModelState, jax.Array];
    },
  );

  let { params, state } = startOf(golden);
  const losses: number[] = [];
  for (const { x, labels } of batches) {
    const classesOf = np.array(Int32Array.from(labels));
    let value: jax.Array;
    [params, state, value] = step(params, state, inputOf(x), classesOf);
    losses.push((await value.data())[0]);
  }
  const final: Record<string, ArrayLike<number>> = {};
  for (const path of Object.keys(golden.final)) {
    final[path] = await tensorOf(params, state, path).data();
  }
  const [logits, kept] = forward(modules, inputOf(batches[0].x), params, state, null);
  tree.dispose(kept);
  return compareTraining(golden, { losses, final, evalLogits: await logits.data() });
}

/** A tensor by PyTorch's name, to be consumed. */
function tensorOf(params: ModelParams, state: ModelState, path: string): jax.Array {
  const dot = path.lastIndexOf(".");
  const [name, suffix] = [path.slice(0, dot), path.slice(dot + 1)];
  const found = suffix === "running_mean"
    ? state[name].runningMean
    : suffix === "running_var"
    ? state[name].runningVar
    : params[name][suffix as "weight" | "bias"];
  if (!found) throw new TypeError(`final expects names of the model's tensors: got ${path}`);
  return found.ref;
}
