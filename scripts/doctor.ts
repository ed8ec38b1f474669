/** `deno task doctor`: what GPU drivers this machine has and whether they compute. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { tableLine } from "@renorm/terminal/text_table";
import { isSoftware, searchDrivers } from "@renorm/testing/gpu/drivers";
import { type Finding, probeDriver } from "@renorm/testing/gpu/probe_driver";

const help = `Shows the WebGPU drivers of this machine and lets a kernel run on each.

Usage: deno task doctor [--json]

  --json   print the findings as JSON
  --help   print this text, as -h does; --version prints the version

Exit status: 0 when every driver computes, 1 when one does not or none is found, 2 wrong usage.
`;

function row(name: string, value: string): void {
  console.log(`  ${tableLine([name, value], [{ width: 36, side: "left" }])}`);
}

function print(finding: Finding): void {
  console.log(`\n${finding.driver}`);
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
  for (let i = 0; i < finding.features.length; i += 2) {
    row(i === 0 ? "features" : "", finding.features.slice(i, i + 2).join(", "));
  }
}

function readArguments(args: string[]): { readonly json: boolean } {
  return parseArgs({ args, options: { json: { type: "boolean", default: false } } }).values;
}

async function examineAll({ json }: { readonly json: boolean }): Promise<number> {
  const { drivers, missing } = await searchDrivers();
  const findings: Finding[] = [];
  for (const driver of drivers) findings.push(await probeDriver(driver));
  if (json) console.log(JSON.stringify({ drivers: findings, missing }, null, 2));
  else {
    for (const finding of findings) print(finding);
    console.log("\nnot here");
    for (const { name, reason } of missing) row(name, reason);
  }
  const computes = findings.every((finding) => "computes" in finding && finding.computes);
  return findings.length > 0 && computes ? 0 : 1;
}

await runTask({ name: "doctor", help, read: readArguments, run: examineAll });
