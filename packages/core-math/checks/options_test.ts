import assert from "node:assert/strict";
import { checkOptions } from "./options.ts";

Deno.test("checkOptions() passes an option that is undefined, and refuses a name it was not given", () => {
  checkOptions("Layer", { eps: undefined, momentum: 0 }, ["eps", "momentum"]);
  assert.throws(() => checkOptions("Layer", { eps: 1 }, ["momentum"]), {
    name: "TypeError",
    message: 'Layer expects options among momentum: got "eps"',
  });
});
