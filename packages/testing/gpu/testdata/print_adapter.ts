/** Stands for a command that needs a GPU: prints what it finds and ends with status 7. */
import { ensureAdapter } from "../restart_with_driver.ts";

await ensureAdapter();
const adapter = await navigator.gpu.requestAdapter();
console.log(JSON.stringify({
  driver: Deno.env.get("RENORM_GPU_DRIVER"),
  description: adapter?.info.description,
  args: Deno.args,
  net: Deno.permissions.querySync({ name: "net" }).state,
}));
Deno.exit(7);
