/** jax-js as the user hands it in, so that there is one copy of it. */
import type * as jaxJs from "@jax-js/jax";

/** What of `import * as jax from "@jax-js/jax"` is used. */
export type JaxJs = Pick<typeof jaxJs, "defaultDevice" | "jit" | "lax" | "numpy">;

/** An array of jax-js, or a tracer of one under `jit` and `grad`. */
export type JaxArray = jaxJs.Array;
