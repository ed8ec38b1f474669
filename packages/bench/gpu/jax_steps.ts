/** Batch renorm in jax-js on webgpu under `jit`, in either layout. */
import type { Layout } from "@renorm/core-math";
import type { JaxArray } from "@renorm/jax-js";
import { blockUntilReady, defaultDevice, init, numpy as np, tree } from "@jax-js/jax";
import type { Contestant } from "./timing.ts";
import { jaxRenormForward, jaxRenormStep, type JaxStep, start } from "../jax_renorm_step.ts";

/** Starts the backend on this process's adapter. */
export async function startJax(): Promise<void> {
  await init("webgpu");
  defaultDevice("webgpu");
}

/** Forward alone, and forward with its gradients. */
export function jaxSteps(
  shape: readonly number[],
  layout: Layout,
  x: Float32Array,
  dy: Float32Array,
): { forward: Contestant; both: Contestant; y: () => Promise<Float32Array>; dispose: () => void } {
  const array = (data: Float32Array): JaxArray =>
    np.array(data as Float32Array<ArrayBuffer>, { shape: [...shape] });
  const [input, gradient] = [array(x), array(dy)];
  const first = start(layout === "channels-last" ? shape[shape.length - 1] : shape[1]);

  // The state goes from step to step, and all outputs are waited for: jax-js is lazy.
  const repeated = (step: JaxStep): Contestant => async (repeats) => {
    let state = tree.ref(first.state);
    const outputs: JaxArray[] = [];
    for (let i = 0; i < repeats; i++) {
      const given = step(input.ref, tree.ref(first.params), state, gradient.ref);
      outputs.push(...given.outputs);
      state = given.state;
    }
    await blockUntilReady(tree.ref([...outputs, ...Object.values(state)]));
    tree.dispose([...outputs, state]);
  };
  const forward = jaxRenormForward(layout);
  return {
    forward: repeated(forward),
    both: repeated(jaxRenormStep(layout)),
    y: async () => {
      const inputs = [input.ref, tree.ref(first.params), tree.ref(first.state)] as const;
      const { outputs: [y], state } = forward(...inputs, gradient.ref);
      tree.dispose(state);
      return await y.data() as Float32Array;
    },
    dispose: () => tree.dispose([input, gradient, first.params, first.state]),
  };
}
