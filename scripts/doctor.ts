/** `deno task doctor`: what GPU drivers this machine has and whether they compute. */
import { parseArgs } from "node:util";
import { type Driver, driverVariable, findDrivers, isSoftware } from "./gpu/drivers.ts";
import type { Probe } from "./gpu/probe.ts";

const help = `Shows the WebGPU drivers of this machine and lets a kernel run on each.

Usage: deno task doctor [--json]

  --json   print the findings as JSON
  --help   print this text

Exit status: 0 when every driver computes, 1 when one does not, 2 wrong usage.
`;

type Finding = { readonly driver: string } & (Probe | { readonly error: string });

async function examine(driver: Driver): Promise<Finding> {
  const script = new URL("./gpu/probe.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-env", script],
    env: { ...driver.env, [driverVariable]: driver.name },
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (!success) return { driver: driver.name, error: decoder.decode(stderr).trim() };
  return { driver: driver.name, ...JSON.parse(decoder.decode(stdout)) };
}

function print(finding: Finding): void {
  console.log(`\n${finding.driver}`);
  const row = (name: string, value: string) => console.log(`  ${name.padEnd(36)} ${value}`);
  if ("error" in finding) {
    row("error", finding.error);
    return;
  }
  const words = `${finding.description} ${finding.architecture}`;
  row("adapter", finding.description || finding.device);
  row("kind", isSoftware(words) ? "software, runs on the processor" : "hardware");
  row("runtime", finding.runtime);
  row("a kernel computes", finding.computes ? "yes, every number right" : "NO, wrong numbers");
  for (const [limit, value] of Object.entries(finding.limits)) {
    row(limit, value.toLocaleString("en"));
  }
  for (let i = 0; i < finding.features.length; i += 3) {
    row(i === 0 ? "features" : "", finding.features.slice(i, i + 3).join(", "));
  }
}

async function main(args: string[]): Promise<number> {
  let json: boolean;
  try {
    const options = { json: { type: "boolean" }, help: { type: "boolean" } } as const;
    const { values } = parseArgs({ args, options });
    if (values.help) {
      console.log(help.trimEnd());
      return 0;
    }
    json = values.json ?? false;
  } catch (error) {
    console.error(`doctor: ${(error as Error).message}`);
    return 2;
  }
  const findings: Finding[] = [];
  for (const driver of await findDrivers()) findings.push(await examine(driver));
  if (json) console.log(JSON.stringify(findings, null, 2));
  else {
    for (const finding of findings) print(finding);
    if (!findings.some(({ driver }) => driver === "llvmpipe")) {
      console.log("\nllvmpipe is not installed; Debian has it as mesa-vulkan-drivers.");
    }
  }
  return findings.every((finding) => "computes" in finding && finding.computes) ? 0 : 1;
}

Deno.exit(await main(Deno.args));
