import { expects } from "@renorm/core-math/checks";
import { adapterFor } from "./recognise_model.ts";
import { type Conversion, conversionReport } from "./conversion_report.ts";
import {
  type AdapterOption,
  checkConvertOptions,
  type ConvertOptions,
  type ConvertToBatchRenormOptions,
  limitsOf,
} from "./convert_options.ts";
import { visibleText } from "./files/visible_text.ts";
import type { NormLayer, RenormSettings } from "./norm_layer.ts";
import type { SkippedLayer } from "./report_table.ts";
import { findNormLayers } from "./find_norm_layers.ts";

/**
 * Replaces every batch norm of a model by batch renorm, in place: the notebook's one line.
 *
 * The model predicts the same bits as before; parameters and running statistics are the same
 * arrays, so an optimizer made before goes on. Everything is checked before anything is changed.
 * Shared layers stay shared, a layer that is batch renorm already stays, and training mode, names
 * and trainable flags are kept.
 *
 * @param model A tree of objects, a TensorFlow.js `model.json` or `ModelArtifacts`, or a Keras 3
 * `config.json`; files have {@linkcode convertSafetensors} and {@linkcode convertKerasArchive}.
 * @param options rmax 3, dmax 5 and warmupSteps 5000 by default, as in the notebook.
 * @returns The model, what was converted and what was skipped; prints as a table.
 * @throws {TypeError} For an unknown option, or layers that cannot be converted, each named.
 * @throws {RangeError} For a value out of range.
 * @see The notebook's `convert_bn_to_batchrenorm`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertToBatchRenorm } from "@renorm/convert";
 * import { BatchNorm2d } from "@renorm/core-math";
 *
 * const model = { features: [new BatchNorm2d(16), new BatchNorm2d(32)] };
 * const { converted } = convertToBatchRenorm(model, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * assert.deepEqual(converted.map(({ path }) => path), ["features.0", "features.1"]);
 * assert.match(String(model.features[1]), /^BatchRenorm2d\(32, /);
 * ```
 */
export function convertToBatchRenorm<Node extends object>(
  model: Node,
  options: ConvertToBatchRenormOptions & AdapterOption<Node> = {},
): Conversion<Node> {
  const owner = "convertToBatchRenorm";
  checkConvertOptions(owner, options, true);
  return convert(owner, "batch-renorm", model, options, (layer) => {
    const momentum = options.momentum ?? layer.momentum;
    if (momentum === null) {
      return "its momentum is null, an average over all batches that goes stale: give a momentum";
    }
    const renormStep = startingStep(layer, options.warmup);
    if (renormStep === null) return "it has no count of batches to continue from: give a step";
    const limits = limitsOf(options) ?? layer.renorm?.limits ??
      { rmax: 3, dmax: 5, warmupSteps: 5000 };
    const renorm: RenormSettings = {
      limits,
      renormStep,
      ...momentum !== layer.momentum && { batchNormMomentum: layer.momentum },
    };
    return { ...layer, kind: "batch-renorm", momentum, renorm };
  });
}

/**
 * The exact inverse of {@linkcode convertToBatchRenorm}: batch renorm back to batch norm, in place.
 *
 * Predictions stay the same bits. A momentum that the first conversion changed comes back.
 *
 * @param model As for {@linkcode convertToBatchRenorm}.
 * @param options Those of both converters.
 * @returns The model, what was converted and what was skipped; prints as a table.
 * @throws {TypeError} For an unknown option, or layers that cannot be converted, each named.
 * @throws {RangeError} For a value out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertToBatchNorm, convertToBatchRenorm } from "@renorm/convert";
 * import { BatchNorm2d } from "@renorm/core-math";
 *
 * const { model } = convertToBatchRenorm({ norm: new BatchNorm2d(16) });
 * assert.equal(String(convertToBatchNorm(model).model.norm), String(new BatchNorm2d(16)));
 * ```
 */
export function convertToBatchNorm<Node extends object>(
  model: Node,
  options: ConvertOptions & AdapterOption<Node> = {},
): Conversion<Node> {
  const owner = "convertToBatchNorm";
  checkConvertOptions(owner, options, false);
  return convert(owner, "batch-norm", model, options, (layer) => {
    if (layer.fixedKind !== undefined) return layer.fixedKind;
    const { batchNormMomentum = layer.momentum } = layer.renorm ?? {};
    const momentum = options.momentum ?? batchNormMomentum;
    return { ...layer, kind: "batch-norm", momentum, renorm: null };
  });
}

/** Converts either way, as the files of each format do. */
export function convertTo<Node extends object>(
  to: NormLayer["kind"],
  model: Node,
  options: ConvertToBatchRenormOptions & AdapterOption<Node>,
): Conversion<Node> {
  return (to === "batch-norm" ? convertToBatchNorm : convertToBatchRenorm)(model, options);
}

/** Converts each layer to what `target` makes of it, or skips it for the reason that it gives. */
function convert<Node extends object>(
  owner: string,
  kind: NormLayer["kind"],
  model: Node,
  options: ConvertOptions & AdapterOption<Node>,
  target: (layer: NormLayer) => NormLayer | string,
): Conversion<Node> {
  const adapter = options.adapter ?? adapterFor(model);
  const { filter, onUnsupported = "throw" } = options;
  const left: SkippedLayer[] = [];
  const unsupported: SkippedLayer[] = [];
  const planned = findNormLayers(model, adapter).flatMap((found) => {
    const { path, layer, places } = found;
    if ("unsupported" in layer) {
      const list = layer.isHolder ? left : unsupported;
      list.push({ path, reason: `${layer.text}: ${layer.unsupported}` });
      return [];
    }
    if (layer.kind === kind && !adapter.isForeign?.(found.node)) return [];
    if (filter && !filter(path, layer)) {
      left.push({ path, reason: "left out by the filter" });
      return [];
    }
    const isReadOnly = places.some(({ readOnly }) => readOnly);
    const wanted = isReadOnly ? "its place is read-only" : target(layer);
    if (typeof wanted === "string") {
      unsupported.push({ path, reason: `${layer.text}: ${wanted}` });
      return [];
    }
    return [{ ...found, before: layer.text, wanted }];
  });
  if (unsupported.length > 0 && onUnsupported === "throw") {
    const list = unsupported.map(({ path, reason }) => `${path || "(root)"}, ${reason}`).join("; ");
    const wanted = 'layers it can convert, or onUnsupported: "skip"';
    throw new TypeError(expects(owner, wanted, visibleText(list)));
  }

  const created = planned.map((plan) => ({
    ...plan,
    made: adapter.create(plan.node, plan.wanted),
  }));
  let root = model;
  for (const { node, places, made } of created) {
    if (node === model) root = made;
    for (const { parent, name } of places) adapter.replace(parent, name, made);
  }
  const converted = created.map(({ path, before, made }) => ({
    path,
    before,
    after: adapter.read(made)?.text ?? "",
  }));
  return { model: root, ...conversionReport(converted, [...unsupported, ...left]) };
}

/** The step to start the warm-up at; null where there is no count to continue from. */
function startingStep(
  layer: NormLayer,
  warmup: "restart" | "continue" | number = "restart",
): number | null {
  if (warmup === "continue") return layer.numBatchesTracked;
  return warmup === "restart" ? 0 : warmup;
}
