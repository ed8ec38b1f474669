/** The same contestants under `deno bench`: `deno bench --allow-all packages/bench`. */
import { cpuSteps, shapes } from "./cpu_steps.ts";

for (const shape of shapes) {
  const group = `training forward and backward at [${shape.join(", ")}]`;
  const steps = await cpuSteps(shape);
  Deno.bench("core-math batch renorm", { group, baseline: true }, steps.batchRenorm);
  Deno.bench("core-math batch renorm, NHWC", { group }, steps.batchRenormChannelsLast);
  Deno.bench("core-math batch norm", { group }, steps.batchNorm);
  Deno.bench("jax-js batch renorm, wasm jit", { group }, steps.jaxJs);
}
