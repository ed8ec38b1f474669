/** Starts a command again where it finds a GPU driver. */
import { type Driver, driverVariable, findDrivers, requestAdapter } from "./drivers.ts";

/**
 * Sees to it that `navigator.gpu` gives an adapter: returns if it does, else starts this very
 * command once more with the first driver found and ends with its status.
 *
 * @throws {Error} When there is no driver, or the restarted process still finds no adapter; says
 * what was tried.
 */
export async function ensureAdapter(): Promise<void> {
  if (await requestAdapter()) return;
  const tried = Deno.env.get(driverVariable);
  if (tried !== undefined) {
    throw new Error(
      `expected a WebGPU adapter from the driver ${tried}: got none (see deno task doctor)`,
    );
  }
  const [driver] = await findDrivers();
  Deno.exit(await restartWithDriver(driver));
}

/** Starts this command once more in the environment of a driver; gives its status. */
export async function restartWithDriver(driver: Driver): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...grantedPermissions(), Deno.mainModule, ...Deno.args],
    env: { ...driver.env },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
  return (await command.spawn().status).code;
}

/** This process's permissions as options; one that is granted in part only is left out. */
function grantedPermissions(): string[] {
  const names = ["read", "write", "env", "net", "run", "ffi", "sys", "import"] as const;
  return names
    .filter((name) => Deno.permissions.querySync({ name }).state === "granted")
    .map((name) => `--allow-${name}`);
}
