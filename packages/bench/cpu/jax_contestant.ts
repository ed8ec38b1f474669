/** jax-js on its wasm backend under `jit`, with `@renorm/jax-js`. */
import type { Layout, Tensor } from "@renorm/core-math";
import type { JaxArray } from "@renorm/jax-js";
import { blockUntilReady, defaultDevice, init, numpy as np, tree } from "@jax-js/jax";
import { jaxRenormStep, start } from "../jax_renorm_step.ts";
import type { Contestant } from "./contestant.ts";

/** Forward and backward in one call, waited for: it is lazy, and would else compute nothing. */
export async function jaxContestant(x: Tensor, dy: Tensor, layout: Layout): Promise<Contestant> {
  await init("wasm");
  defaultDevice("wasm");
  const compiled = jaxRenormStep(layout);
  const array = ({ data, shape }: Tensor): JaxArray =>
    np.array(data as Float32Array<ArrayBuffer>, { shape: [...shape] });
  const [input, gradient] = [array(x), array(dy)];
  const channels = layout === "channels-last" ? x.shape[x.shape.length - 1] : x.shape[1];
  const { params, state: first } = start(channels);
  let state = first;
  return {
    name: "jax-js wasm jit",
    forward: null,
    async backward() {
      const given = compiled(input.ref, tree.ref(params), state, gradient.ref);
      state = given.state;
      await blockUntilReady(tree.ref([...given.outputs, ...Object.values(state)]));
      tree.dispose([...given.outputs]);
    },
    close: () => tree.dispose([input, gradient, params, state]),
  };
}
