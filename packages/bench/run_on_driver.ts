import { type Driver, driverVariable } from "@renorm/testing/gpu/drivers";

/**
 * Runs a script in a process of its own on a driver; reads the JSON lines that it prints.
 *
 * @param script Path of the script.
 * @param given Handed to it as JSON.
 * @throws {Error} When it fails.
 */
export async function runOnDriver<Row>(
  driver: Driver,
  script: string,
  given: unknown,
): Promise<Row[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", script, JSON.stringify(given)],
    env: { ...driver.env, [driverVariable]: driver.name },
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${script} on ${driver.name} failed: ${decoder.decode(stderr)}`);
  const lines = decoder.decode(stdout).split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line));
}
