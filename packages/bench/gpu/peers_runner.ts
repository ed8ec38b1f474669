/** Times everything on this process's adapter; a JSON line a shape. Started by `main.ts`. */
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { jaxSteps, startJax } from "./jax_steps.ts";
import { measureShape, type Peer } from "./measure_shape.ts";
import { startTfjs, tfjsSteps } from "./tfjs_steps.ts";

const peers: readonly Peer[] = [
  { name: "jax-js", layouts: ["channels-first", "channels-last"], steps: jaxSteps },
  {
    name: "tfjs",
    layouts: ["channels-last"],
    steps: (shape, _layout, x, dy) => tfjsSteps(shape, x, dy),
  },
];

const { shapes, rounds } = JSON.parse(Deno.args[0]) as { shapes: number[][]; rounds: number };
const device = await requestTestDevice(navigator.gpu);
await startTfjs();
await startJax();
for (const shape of shapes) {
  console.log(JSON.stringify(await measureShape(device, shape, rounds, peers)));
}
Deno.exit(0);
