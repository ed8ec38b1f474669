import { expects, reading, show } from "@renorm/core-math/checks";

/** Throws where options ask for a mask: the kernels have none, and who pads should hear of it. */
export function refuseMask(owner: string, options: object): void {
  const mask = reading(owner, "options", () => (options as { mask?: unknown } | null)?.mask);
  if (mask === undefined) return;
  const wanted = "no mask, which the layers of @renorm/core-math and @renorm/wasm-kernels take";
  throw new TypeError(expects(owner, wanted, show(mask)));
}
