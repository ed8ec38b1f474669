/** Probes a driver in a process of its own, which has its environment. */
import { fileURLToPath } from "node:url";
import type { Driver } from "./drivers.ts";
import type { Probe } from "./probe_adapter.ts";

/** What a driver showed, or why it showed nothing. */
export type Finding = { readonly driver: string } & (Probe | { readonly error: string });

/** What `probe_adapter.ts` finds there, or how its process ended. */
export async function probeDriver(driver: Driver): Promise<Finding> {
  const script = fileURLToPath(new URL("./probe_adapter.ts", import.meta.url));
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-env", script],
    env: { ...driver.env },
  });
  const { success, signal, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (success) return { driver: driver.name, ...JSON.parse(decoder.decode(stdout)) };
  // A crash of the driver ends the process by a signal, often without a word.
  const words = decoder.decode(stderr).trim();
  return { driver: driver.name, error: [signal, words].filter(Boolean).join(": ") };
}
