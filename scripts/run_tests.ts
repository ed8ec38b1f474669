/** `deno task test`: all tests and doc tests, those of the GPU once on every driver. */
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { fetchAll } from "./fetch.ts";
import { type Driver, searchDrivers } from "@renorm/testing/gpu/drivers";
import { sourceFiles } from "./source_files.ts";
import { readResults, type TestResults } from "./test_report.ts";

const help = `Runs all tests: plain and doc tests once, GPU tests (*_gpu_test.ts) once a driver.

Usage: deno task test [--filter TEXT] [--without-gpu] [PATH...]

  --filter TEXT   only tests whose name contains TEXT
  --without-gpu   leave the GPU tests out, where no driver can be had; the last line says so
  PATH            only tests under these files or folders
  --help          print this text, as -h does; --version prints the version

At the end stand the tests that failed, and last a line that counts those of all runs.
Exit status: 0 all passed, 1 otherwise, 2 wrong usage.
`;

/** A run of `deno test`. */
interface Run {
  readonly name: string;
  readonly args: readonly string[];
  /** The files whose tests must be in its report. */
  readonly expected: readonly string[];
  readonly driver?: Driver;
}

interface Arguments {
  readonly paths: readonly string[];
  readonly filter: string | undefined;
  readonly withoutGpu: boolean;
  /** The files with tests under the paths. */
  readonly tests: readonly string[];
}

async function readArguments(args: string[]): Promise<Arguments> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { filter: { type: "string" }, "without-gpu": { type: "boolean", default: false } },
  });
  const paths = positionals.length > 0 ? positionals : ["packages", "scripts", "docs", "README.md"];
  return {
    paths,
    filter: values.filter,
    withoutGpu: values["without-gpu"],
    tests: await filesWithTests(paths),
  };
}

async function runTests({ paths, filter, withoutGpu, tests }: Arguments): Promise<number> {
  await fetchAll();
  const results: TestResults[] = [];
  for (const run of plainRun(paths, tests)) results.push(await execute(run, filter));
  const gpuTests = tests.filter(isGpuTest);
  if (!withoutGpu) {
    try {
      for (const run of await gpuRuns(gpuTests)) results.push(await execute(run, filter));
    } catch (error) {
      results.push({ passed: 0, failures: [(error as Error).message] });
    }
  }
  const passed = results.reduce((sum, one) => sum + one.passed, 0);
  const failures = results.flatMap((one) => one.failures);
  if (passed + failures.length === 0) console.error("test: no test matches");
  for (const failure of failures) console.log(`\nFAILED, ${failure}`);
  const leftOut = withoutGpu ? `; GPU tests left out: ${gpuTests.length} files` : "";
  console.log(`\n${passed} passed, ${failures.length} failed${leftOut}`);
  return failures.length === 0 && passed > 0 ? 0 : 1;
}

async function filesWithTests(paths: readonly string[]): Promise<string[]> {
  const files = await sourceFiles(paths, /_test\.ts$/);
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  return files.filter((_, i) => /\bDeno\.test\b/.test(texts[i]));
}

function isGpuTest(path: string): boolean {
  return path.endsWith("_gpu_test.ts");
}

/** The run of all but the GPU tests, unless the paths name nothing else. */
function plainRun(paths: readonly string[], tests: readonly string[]): Run[] {
  // Folders rather than files: of those Deno runs only what is named a test.
  const others = paths.filter((path) => !isGpuTest(path));
  if (others.length === 0) return [];
  const ignored = tests.filter(isGpuTest);
  const options = ["--doc", "--permit-no-files"];
  if (ignored.length > 0) options.push(`--ignore=${ignored.join(",")}`);
  const expected = tests.filter((test) => !isGpuTest(test));
  return [{ name: "tests and doc tests", args: [...options, ...others], expected }];
}

/**
 * A run of the GPU tests on each driver found; names the drivers that are not here.
 *
 * @throws {Error} When there is none.
 */
async function gpuRuns(expected: readonly string[]): Promise<Run[]> {
  if (expected.length === 0) return [];
  const { drivers, missing } = await searchDrivers();
  console.log("");
  for (const { name, reason } of missing) console.log(`no GPU tests on ${name}: ${reason}`);
  if (drivers.length === 0) throw new Error("no driver for the GPU tests");
  return drivers.map((driver) => ({
    name: `GPU tests on ${driver.name}`,
    args: expected,
    expected,
    driver,
  }));
}

/** Runs Deno's tester and reads its report; the output is passed on. */
async function execute(run: Run, filter: string | undefined): Promise<TestResults> {
  console.log(`\n== ${run.name}`);
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    // Everything is allowed: tests start Deno, Node and browsers, and write temporary files.
    const options = ["--quiet", "--allow-all", "--no-prompt", `--junit-path=${report}`];
    if (filter !== undefined) options.push(`--filter=${filter}`);
    const command = new Deno.Command(Deno.execPath(), {
      args: ["test", ...options, ...run.args],
      env: { ...run.driver?.env },
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    });
    const { success } = await command.spawn().status;
    const facts = { success, filtered: filter !== undefined, expected: run.expected };
    const { passed, failures } = readResults(await Deno.readTextFile(report), facts);
    return { passed, failures: failures.map((failure) => `${run.name}: ${failure}`) };
  } finally {
    await Deno.remove(report);
  }
}

await runTask({ name: "test", help, read: readArguments, run: runTests });
