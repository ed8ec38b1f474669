/** Where the warm-ups of a model stand, which its weights do not tell. */
import { expects, reading, show } from "@renorm/core-math/checks";
import { checkModel, findRenormLayers } from "./find_norm_layers.ts";
import { checkStep } from "./layer_config.ts";
import type { LayersModel } from "./tensor_flow.ts";

/** The step of every batch renorm by the names from the model to it, with dots between. */
export function readSteps(model: LayersModel): Record<string, number> {
  checkModel("getRenormSteps", model);
  return Object.fromEntries(
    findRenormLayers(model).map(({ path, layer }) => [path, layer.renormStep]),
  );
}

/** Sets the step of every batch renorm, or of those that are named. */
export function writeSteps(
  model: LayersModel,
  steps: number | Readonly<Record<string, number>>,
): void {
  const owner = "setRenormSteps";
  checkModel(owner, model);
  const layers = findRenormLayers(model);
  // A list or a Map would read as no step at all.
  const entries = reading(
    owner,
    "steps",
    () =>
      Object.prototype.toString.call(steps) === "[object Object]" ? Object.entries(steps) : null,
  );
  if (typeof steps !== "number" && !entries) {
    throw new TypeError(expects(owner, "a step, or a record of steps by path", show(steps)));
  }
  const wanted = typeof steps === "number"
    ? layers.map(({ layer }) => ({ layer, step: steps, name: "the step" }))
    : entries!.map(([path, step]) => {
      const found = layers.find((one) => one.path === path);
      if (found) return { layer: found.layer, step, name: `the step of ${path}` };
      const paths = layers.map(({ path }) => path).join(", ") || "none";
      throw new TypeError(expects(owner, `paths of batch renorm layers, ${paths}`, show(path)));
    });
  // All are checked before any is set.
  for (const { step, name } of wanted) checkStep(owner, name, step);
  for (const { layer, step } of wanted) layer.renormStep = step;
}
