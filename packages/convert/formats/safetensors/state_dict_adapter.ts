import { expects, show } from "@renorm/core-math/checks";
import type { ModelAdapter } from "../../model_adapter.ts";
import type { KnownEps } from "./eps_by_path.ts";
import type { TensorInfo } from "./header.ts";
import { alwaysRenorm } from "./sb3_contrib_names.ts";
import { hasStatistics, isNorm, type ModuleNode, printNorm } from "./state_dict_tree.ts";

/** Reads the tree of a checkpoint's modules. */
export function stateDictAdapter(
  epsOf: (node: ModuleNode) => KnownEps,
  momentum: number,
  readTensor: (tensor: TensorInfo) => Promise<Float64Array | null>,
): ModelAdapter<ModuleNode> {
  const optionsOf = (node: ModuleNode) => ({ momentum, ...node.renorm, eps: epsOf(node).eps });
  return {
    children: (node) => [...node.children].map(([name, child]) => ({ name, node: child })),
    read(node) {
      if (!hasStatistics(node)) return null;
      if (!isNorm(node)) return { text: printModule(node), unsupported: reasonAgainst(node) };
      const text = printNorm(node, optionsOf(node));
      const wrong = wrongVector(node);
      if (wrong) return { text, unsupported: wrong };
      const { renorm, numBatchesTracked } = node;
      return {
        kind: renorm ? "batch-renorm" : "batch-norm",
        numFeatures: node.tensors.running_mean.shape[0],
        ...optionsOf(node),
        numBatchesTracked,
        renorm,
        ...node.isSb3Contrib && { fixedKind: alwaysRenorm },
        text,
      };
    },
    create(node, { eps, momentum, renorm }) {
      if (!renorm) return { ...node, renorm: null };
      const entry = { ...renorm, limits: renorm.limits!, eps, momentum: momentum! };
      return { ...node, renorm: entry };
    },
    replace: (parent, name, replacement) => void parent.children.set(name, replacement),
    // Whether a module trains is not in its state.
    freeze: () => {},
    async vectors({ tensors }) {
      const vector = async (name: string) => tensors[name] ? await readTensor(tensors[name]) : null;
      return {
        weight: await vector("weight"),
        bias: await vector("bias"),
        runningMean: await vector("running_mean"),
        runningVar: await vector("running_var"),
      };
    },
    describe: (node) => isNorm(node) ? printNorm(node, optionsOf(node)) : printModule(node),
  };
}

function printModule({ tensors }: ModuleNode): string {
  const printed = Object.entries(tensors).map(([name, { dtype, shape }]) =>
    `${name} ${dtype} ${show([...shape])}`
  );
  return printed.length > 0 ? `Module(${printed.join(", ")})` : "Module";
}

/** Why a module with statistics is no batch norm. */
function reasonAgainst({ tensors }: ModuleNode): string {
  const { running_mean: mean, running_var: variance } = tensors;
  if (!mean || !variance) {
    const [has, lacks] = mean ? ["running_mean", "running_var"] : ["running_var", "running_mean"];
    return `it has a ${has} without a ${lacks}, as in one file of several: give their index`;
  }
  const shapes = `${show([...mean.shape])} and ${show([...variance.shape])}`;
  return `its running_mean and running_var are no two vectors of one length: ${shapes}`;
}

/** Why the vectors of a norm are not all floats of one length; null when they are. */
function wrongVector({ tensors }: ModuleNode): string | null {
  const channels = tensors.running_mean.shape[0];
  for (const name of ["weight", "bias", "running_mean", "running_var"]) {
    const tensor = tensors[name];
    if (!tensor) continue;
    if (!/^(F16|BF16|F32|F64)$/.test(tensor.dtype)) {
      return `its ${name} is ${tensor.dtype}, no float`;
    }
    if (tensor.shape.length !== 1 || tensor.shape[0] !== channels) {
      return expects("it", `${channels} values in ${name}`, show([...tensor.shape]));
    }
  }
  return null;
}
