import assert from "node:assert/strict";
import { compared, quickSettings, type Run, tried } from "./settings.ts";
import { train } from "./train.ts";

const evaluationsOf = (run: Run) => train(run, quickSettings).evaluations;

Deno.test("the same seed gives the same returns, another seed and another variant others", () => {
  const all = [...compared, ...tried].map((variant) => evaluationsOf({ variant, seed: 1 }));
  assert.deepEqual(evaluationsOf({ variant: "batch renorm", seed: 1 }), all[0]);
  const others = [...all, evaluationsOf({ variant: "batch renorm", seed: 2 })];
  const lasts = others.map((evaluations) => evaluations.at(-1)!.return);
  assert.equal(new Set(lasts).size, lasts.length);
});

Deno.test("batch renorm is batch norm as long as its limits are shut", () => {
  const settings = { ...quickSettings, warmupSteps: quickSettings.steps };
  const [renorm, norm] = (["batch renorm", "batch norm"] as const).map((variant) =>
    train({ variant, seed: 0 }, settings).evaluations
  );
  // They track another variance, which eval mode shows.
  renorm.forEach((evaluation, i) => {
    const difference = Math.abs(evaluation.return - norm[i].return);
    assert.ok(difference < 0.05 * Math.abs(norm[i].return), `${difference}`);
  });
});
