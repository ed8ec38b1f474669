/** `deno task test`: all tests and doc tests, those of the GPU once on every driver. */
import { parseArgs } from "node:util";
import { type Driver, driverVariable, findDrivers } from "./gpu/drivers.ts";
import { sourceFiles } from "./source_files.ts";

const help = `Runs all tests: plain and doc tests once, GPU tests (*_gpu_test.ts) once a driver.

Usage: deno task test [--filter TEXT] [PATH...]

  --filter TEXT   only tests whose name contains TEXT
  PATH            only tests under these files or folders
  --help          print this text

The last line counts the tests of all runs. Exit status: 0 all passed, 1 otherwise, 2 wrong usage.
`;

/** What a run of \`deno test\` counted. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
}

async function main(args: string[]): Promise<number> {
  let paths: string[];
  let filter: string | undefined;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { filter: { type: "string" }, help: { type: "boolean" } },
    });
    if (values.help) {
      console.log(help.trimEnd());
      return 0;
    }
    filter = values.filter;
    paths = positionals.length > 0 ? positionals : ["packages", "scripts", "docs", "README.md"];
  } catch (error) {
    console.error(`test: ${(error as Error).message}`);
    return 2;
  }
  const gpuTests = await sourceFiles(paths, /_gpu_test\.ts$/);
  const counts: Counts[] = [];
  const others = paths.filter((path) => !gpuTests.includes(path));
  if (others.length > 0) {
    // Folders rather than files: of those Deno runs only what is named a test.
    const ignored = gpuTests.length > 0 ? [`--ignore=${gpuTests.join(",")}`] : [];
    counts.push(await run("tests and doc tests", ["--doc", ...ignored, ...others], filter));
  }
  if (gpuTests.length > 0) {
    for (const driver of await findDrivers()) {
      counts.push(await run(`GPU tests on ${driver.name}`, gpuTests, filter, driver));
    }
  }
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  if (passed + failed === 0) console.error("test: no test matches");
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Runs Deno's tester and counts from its JUnit report; a run that died counts as one failure. */
async function run(
  name: string,
  args: readonly string[],
  filter: string | undefined,
  driver?: Driver,
): Promise<Counts> {
  console.log(`\n== ${name}`);
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    // Everything is allowed: tests start Deno, Node and browsers, and write temporary files.
    const options = ["--quiet", "--allow-all", "--no-prompt", `--junit-path=${report}`];
    if (filter !== undefined) options.push(`--filter=${filter}`);
    const command = new Deno.Command(Deno.execPath(), {
      args: ["test", ...options, ...args],
      env: driver ? { ...driver.env, [driverVariable]: driver.name } : {},
      stdin: "null",
    });
    const { success } = await command.spawn().status;
    const counts = countReport(await Deno.readTextFile(report));
    return success || counts.failed > 0 ? counts : { ...counts, failed: counts.failed + 1 };
  } finally {
    await Deno.remove(report);
  }
}

function countReport(report: string): Counts {
  const totals = report.match(/<testsuites[^>]*>/)?.[0] ?? "";
  const count = (name: string) => Number(totals.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed, failed };
}

Deno.exit(await main(Deno.args));
