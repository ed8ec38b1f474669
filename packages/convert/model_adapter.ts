import type { NormLayer, NormVectors, UnsupportedLayer } from "./norm_layer.ts";

/** A node below another one. */
export interface Child<Node> {
  /** Its name there: a field, an index, a layer's name. */
  readonly name: string;
  /** The node. */
  readonly node: Node;
  /** Whether its place cannot be written, as in a frozen object. */
  readonly readOnly?: boolean;
}

/**
 * What the converter has to know of a kind of model; a new kind is one such object.
 *
 * Nothing but `replace` and `freeze` changes the model.
 */
export interface ModelAdapter<Node extends object> {
  /** The nodes below `node`, in the model's order. */
  children(node: Node): Iterable<Child<Node>>;
  /** The batch norm or batch renorm that `node` is; null when it is neither. */
  read(node: Node): NormLayer | UnsupportedLayer | null;
  /** A node that is `layer`, with the parameters of `node` themselves, not copies. */
  create(node: Node, layer: NormLayer): Node;
  /** Puts `replacement` where `parent` has the child `name`. */
  replace(parent: Node, name: string, replacement: Node): void;
  /** Sets a node that `read` knows to use and keep its running statistics, in place. */
  freeze(node: Node): void;
  /** The values of a node that `read` knows. */
  vectors(node: Node): NormVectors | Promise<NormVectors>;
  /** Whether `node` is a batch renorm in words that the model's own runtime does not know. */
  isForeign?(node: Node): boolean;
  /** A node in one line, or the name of a container; null for what is no layer, such as a list. */
  describe(node: Node): string | null;
}
