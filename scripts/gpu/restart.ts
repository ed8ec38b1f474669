/** Starts a command again where it finds a GPU driver. */
import { type Driver, driverVariable, findDrivers } from "./drivers.ts";

/**
 * Sees to it that `navigator.gpu` gives an adapter: returns if it does, else starts this very command
 * once more with the first driver found and ends with its status.
 *
 * @throws {Error} When the restarted process still finds no adapter; says what was tried.
 */
export async function ensureAdapter(): Promise<void> {
  const tried = Deno.env.get(driverVariable);
  if (await navigator.gpu?.requestAdapter()) return;
  if (tried !== undefined) {
    throw new Error(
      `expected a WebGPU adapter from the driver ${tried}: got none (see deno task doctor)`,
    );
  }
  const [driver] = await findDrivers();
  const { code } = await runWithDriver(driver, [
    "run",
    "--allow-all",
    Deno.mainModule,
    ...Deno.args,
  ]);
  Deno.exit(code);
}

/** Runs Deno with these arguments in the environment of a driver, output passed on. */
export async function runWithDriver(
  driver: Driver,
  args: readonly string[],
): Promise<Deno.CommandStatus> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...driver.env, [driverVariable]: driver.name },
    stdin: "inherit",
  });
  return await command.spawn().status;
}
