/**
 * Batch norms within layers whose classes are not known: their code makes them, no config tells.
 */
import type { Hdf5Group } from "./hdf5_tree.ts";

/**
 * A batch norm has a moving mean and variance, with a scale and a shift or without, or renorm's.
 */
const mostVectors = 7;

/**
 * The groups below a layer's own that hold as many vectors of one length as a batch norm does. Two
 * are a layer norm as well, and count where the group is called so.
 *
 * @param others Groups of other layers, which speak for themselves.
 */
export function hiddenNorms(layer: Hdf5Group, others: ReadonlySet<Hdf5Group>): string[] {
  return visit(layer, "");

  function visit(group: Hdf5Group, path: string): string[] {
    const own = isNormLike(group, path) ? [path === "" ? "its own variables" : path] : [];
    const below = [...group.groups].filter(([name, child]) => name !== "vars" && !others.has(child))
      .flatMap(([name, child]) => visit(child, path === "" ? name : `${path}/${name}`));
    return [...own, ...below];
  }
}

function isNormLike({ groups }: Hdf5Group, path: string): boolean {
  const variables = [...groups.get("vars")?.datasets.values() ?? []];
  const lengths = new Set(variables.map(({ shape }) => shape.length === 1 ? shape[0] : -1));
  if (lengths.size !== 1 || lengths.has(-1) || variables.length > mostVectors) return false;
  return variables.length > 2 || variables.length === 2 && /bn|batch_?norm/i.test(path);
}
