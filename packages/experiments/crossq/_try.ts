import { train } from "./train.ts";
import { defaultSettings, type Variant } from "./settings.ts";
const [variant, seed, steps, extra] = Deno.args;
const r = train({ variant: variant as Variant, seed: Number(seed) }, {
  ...defaultSettings,
  steps: Number(steps),
  ...JSON.parse(extra ?? "{}"),
}, (p) => console.log(variant, seed, extra ?? "", p.step, p.return?.toFixed(1)));
console.log(
  variant,
  seed,
  "seconds",
  r.seconds.toFixed(1),
  "ms a step",
  (r.seconds * 1000 / Number(steps)).toFixed(2),
);
