import type { NormalizationLayer } from "@renorm/core-math";
import type { Child, ModelAdapter } from "../model_adapter.ts";
import type { NormLayer, NormVectors } from "../norm_layer.ts";
import { createCoreMathLayer, isCoreMathLayer, readCoreMathLayer } from "./core_math_layers.ts";
import { type FieldName, fieldOf } from "./field_names.ts";
import { classNameOf, createRecord, isRecord, printRecord, readRecord } from "./record_layers.ts";

/** Options of {@linkcode objectTree}. */
export interface ObjectTreeOptions {
  /**
   * Makes the layer that stands in for `node`, an instance of a class of yours, as `layer` says.
   * Without it such a layer cannot be converted: only you know its class.
   */
  create?: (node: object, layer: NormLayer) => object;
}

/**
 * Reads a model that is a tree of objects: classes, records, arrays, Maps and Sets.
 *
 * Batch norms are layers of `@renorm/core-math`, and whatever has their shape: a class or a `type`
 * named BatchNorm, or a running mean beside a running variance, in PyTorch's, Keras' or camelCase
 * names. Keras' names mean Keras' momentum. Records become records that spell their new fields
 * alike. Private fields (`#norm`) and getters are not seen.
 *
 * @param options `create`, for layers of your own classes.
 * @returns The adapter.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { convertToBatchRenorm, objectTree } from "@renorm/convert";
 *
 * class MyBatchNorm2d {
 *   running_mean = new Float32Array(4);
 *   running_var = new Float32Array(4).fill(1);
 * }
 * class MyBatchRenorm2d {
 *   constructor(readonly norm: MyBatchNorm2d, readonly rmax: number) {}
 * }
 * const model = { norm: new MyBatchNorm2d() as object };
 * const adapter = objectTree({
 *   create: (node) => new MyBatchRenorm2d(node as MyBatchNorm2d, 3),
 * });
 * convertToBatchRenorm<object>(model, { adapter });
 * assert.ok(model.norm instanceof MyBatchRenorm2d);
 * ```
 */
export function objectTree({ create }: ObjectTreeOptions = {}): ModelAdapter<object> {
  return {
    children: childrenOf,
    read(node) {
      if (isCoreMathLayer(node)) return readCoreMathLayer(node);
      if (isData(node)) return null;
      const layer = readRecord(node, create !== undefined && !isRecord(node));
      if (!layer || isRecord(node) || create || "unsupported" in layer) return layer;
      const unsupported = `${
        classNameOf(node)
      } is a class of yours: objectTree({ create }) makes it`;
      return { text: layer.text, unsupported };
    },
    create(node, layer) {
      if (isCoreMathLayer(node)) return createCoreMathLayer(node, layer);
      return create && !isRecord(node) ? create(node, layer) : createRecord(node, layer);
    },
    replace: replaceChild,
    freeze(node) {
      if (isCoreMathLayer(node)) node.eval();
      const fields = ["training", "trainable", "requiresGrad", "requires_grad"];
      for (const name of fields) {
        if (Object.hasOwn(node, name)) (node as Record<string, unknown>)[name] = false;
      }
    },
    vectors(node) {
      const vector = (name: FieldName) => (fieldOf(node, name) ?? null) as NormVectors["weight"];
      return {
        weight: vector("weight"),
        bias: vector("bias"),
        runningMean: vector("runningMean"),
        runningVar: vector("runningVar"),
      };
    },
    describe(node) {
      if (isCoreMathLayer(node as NormalizationLayer)) return String(node);
      const name = classNameOf(node);
      if (name === null || isData(node)) return isNamedList(node) ? name : null;
      if (isRecord(node)) return printRecord(node, name);
      const text = String(node);
      return text.startsWith("[object ") ? name : text;
    },
  };
}

/** Whether a list is of somebody's class, such as a Sequential over Array. */
function isNamedList(node: object): boolean {
  return Array.isArray(node) && node.constructor !== Array;
}

function isData(node: object): boolean {
  return Array.isArray(node) || node instanceof Map || node instanceof Set ||
    ArrayBuffer.isView(node);
}

/** Objects below an object. Numbers, tensors' buffers and functions are not nodes. */
function* childrenOf(node: object): Iterable<Child<object>> {
  if (ArrayBuffer.isView(node) || node instanceof ArrayBuffer) return;
  if (node instanceof Map || node instanceof Set) {
    let index = 0;
    for (const [key, child] of node.entries()) {
      if (isObject(child)) {
        yield { name: node instanceof Map ? String(key) : String(index), node: child };
      }
      index++;
    }
    return;
  }
  // By descriptor: a getter may compute, or take a reference that somebody counts.
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(node))) {
    if (!descriptor.enumerable || !isObject(descriptor.value)) continue;
    yield { name, node: descriptor.value, readOnly: !descriptor.writable };
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function replaceChild(parent: object, name: string, replacement: object): void {
  if (parent instanceof Map) {
    const key = [...parent.keys()].find((key) => String(key) === name);
    parent.set(key, replacement);
  } else if (parent instanceof Set) {
    const nodes = [...parent].map((child, i) => String(i) === name ? replacement : child);
    parent.clear();
    for (const child of nodes) parent.add(child);
  } else (parent as Record<string, object>)[name] = replacement;
}
