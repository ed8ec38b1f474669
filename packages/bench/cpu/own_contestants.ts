/** Our own layers, and a copy of the bytes, which no layer can beat. */
import * as core from "@renorm/core-math";
import type { Layout, Tensor } from "@renorm/core-math";
import * as wasm from "@renorm/wasm-kernels";
import type { Contestant } from "./contestant.ts";

/** The classes of core-math, or those with their names. */
type Classes = Pick<typeof core, "BatchNorm1d" | "BatchNorm2d" | "BatchRenorm1d" | "BatchRenorm2d">;

/** Limits that are open from the first step on, so that r and d are computed. */
const open = { rmax: 3, dmax: 5, warmupSteps: 0 };

/** The plain loops; WebAssembly with tensors anywhere, as batch norm as well, and in place. */
export function ownContestants(x: Tensor, dy: Tensor, layout: Layout): Contestant[] {
  const elsewhere = [x, like(x), dy, like(dy)];
  const inPlace = [x, x, dy, dy].map(({ data, shape }) => {
    const tensor = wasm.allocate(shape);
    tensor.data.set(data);
    return tensor;
  });
  return [
    ownStep("core-math", core, "batch renorm", elsewhere, layout),
    ownStep("wasm", wasm, "batch renorm", elsewhere, layout),
    ownStep("wasm batch norm", wasm, "batch norm", elsewhere, layout),
    ownStep("wasm in place", wasm, "batch renorm", inPlace, layout),
  ];
}

/** A copy of x; it moves x twice, in and out. */
export function copyOf(x: Tensor): Contestant {
  const target = like(x);
  return { name: "copy", forward: null, backward: () => target.data.set(x.data) };
}

/** A layer that writes into tensors that are there. */
function ownStep(
  name: string,
  { BatchNorm1d, BatchNorm2d, BatchRenorm1d, BatchRenorm2d }: Classes,
  method: "batch norm" | "batch renorm",
  [x, y, dy, dx]: readonly Tensor[],
  layout: Layout,
): Contestant {
  const { shape } = x;
  const channels = layout === "channels-last" ? shape[shape.length - 1] : shape[1];
  const isImage = shape.length === 4;
  const layer = method === "batch norm"
    ? new (isImage ? BatchNorm2d : BatchNorm1d)(channels, { layout })
    : new (isImage ? BatchRenorm2d : BatchRenorm1d)(channels, { layout, ...open });
  return {
    name,
    forward: () => void layer.forward(x, { out: y }),
    backward: () => void layer.backward(dy, { out: dx }),
  };
}

function like({ data, shape }: Tensor): Tensor {
  return { data: new Float32Array(data.length), shape };
}
