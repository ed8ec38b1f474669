/** A golden file's model as a user of jax-js writes it: trees of arrays, and a function. */
import { type NormState, renormFunctions } from "@renorm/jax-js";
import type { Schedule } from "@renorm/schedule";
import * as jax from "@jax-js/jax";
import type { GoldenModel } from "./golden_model.ts";
import { type Module, nameModules } from "./model_modules.ts";

const { lax, nn, numpy: np, tree } = jax;
const { batchNormInference, batchRenorm } = renormFunctions(jax);

/** The parameters of a module, by the suffixes of PyTorch's names. */
export type ModuleParams = { weight?: jax.Array; bias?: jax.Array };

/** Parameters by the names of their modules. */
export type ModelParams = { [name: string]: ModuleParams };

/** States of the norms by their names. */
export type ModelState = { [name: string]: NormState };

/** The start of the golden file, with the warm-up of batch renorm at its beginning. */
export function startOf({ modules, start }: GoldenModel): {
  params: ModelParams;
  state: ModelState;
} {
  const array = (path: string) => {
    const { shape, values } = start[path];
    return np.array(Float32Array.from(values), { shape: [...shape] });
  };
  const params: ModelParams = {};
  const state: ModelState = {};
  for (const { name, module } of nameModules(modules)) {
    if (name === null) continue;
    params[name] = Object.fromEntries(
      ["weight", "bias"].filter((suffix) => `${name}.${suffix}` in start)
        .map((suffix) => [suffix, array(`${name}.${suffix}`)]),
    );
    if (module.kind !== "norm") continue;
    state[name] = {
      runningMean: array(`${name}.running_mean`),
      runningVar: array(`${name}.running_var`),
      numBatchesTracked: np.array(0, { dtype: np.int32 }),
    };
  }
  return { params, state };
}

/**
 * The logits, and the new states. Consumes all arrays.
 *
 * @param schedule The limits in training; null is inference, which leaves the states as they are.
 */
export function forward(
  modules: readonly Module[],
  x: jax.Array,
  params: ModelParams,
  state: ModelState,
  schedule: Schedule | null,
): [logits: jax.Array, state: ModelState] {
  const next: ModelState = {};
  for (const { name, module } of nameModules(modules)) {
    const { weight, bias } = params[name ?? ""] ?? {};
    switch (module.kind) {
      case "conv": {
        const { pad } = module;
        x = lax.convGeneralDilated(x, weight!, [1, 1], [[pad, pad], [pad, pad]]);
        if (bias) x = x.add(bias.reshape([-1, 1, 1]));
        break;
      }
      case "norm":
        if (schedule) {
          [x, next[name!]] = batchRenorm(x, params[name!], state[name!], schedule);
        } else {
          next[name!] = state[name!];
          x = batchNormInference(x, params[name!], tree.ref(state[name!]));
        }
        break;
      case "relu":
        x = nn.relu(x);
        break;
      case "mean":
        x = x.mean([2, 3]);
        break;
      case "linear":
        x = np.matmul(x, weight!.transpose()).add(bias!);
        break;
    }
  }
  return [x, next];
}
