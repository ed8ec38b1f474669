import { fileURLToPath } from "node:url";
import { commandOutput, runCommand } from "@renorm/testing/run_command";
import { pinnedVersions } from "../public_packages.ts";

const model = fileURLToPath(
  new URL("../../../packages/convert/testdata/sequential.keras", import.meta.url),
);

/**
 * Opens a `.keras` archive in a project that has `@renorm/convert` alone, and again with
 * HDF5.
 *
 * @throws {Error} When the first does not tell what to install, or the second fails.
 */
export async function checkKeras(folder: string): Promise<void> {
  const inspect = ["renorm-convert", "inspect", model];
  const { code, errors } = await commandOutput("npx", inspect, { cwd: folder });
  if (code !== 1 || !errors.includes("npm install h5wasm")) {
    throw new Error(`expected status 1 and what to install: got ${code} and ${errors}`);
  }
  const hdf5 = `h5wasm@${(await pinnedVersions()).h5wasm}`;
  await runCommand("npm", ["install", "--no-audit", "--no-fund", hdf5], { cwd: folder });
  await runCommand("npx", inspect, { cwd: folder });
}
