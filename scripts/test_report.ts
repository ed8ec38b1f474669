/** What a run of `deno test` did, read from the JUnit report that it writes. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** What passed in a run, and what failed: which test and how it failed. */
export interface TestResults {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** What is known of a run beside its report. */
export interface RunFacts {
  /** Whether it ended with status 0. */
  readonly success: boolean;
  /** Whether tests were chosen by name, so that the others are no concern. */
  readonly filtered: boolean;
  /** The files that hold tests and should be in the report. */
  readonly expected: readonly string[];
}

/**
 * Lines of a failure that are told: a message and where it arose, but not all of a long difference.
 */
const mostLines = 20;

/**
 * Reads the tests of a report. Three things fail that Deno lets pass: an ignored test, a file
 * whose tests never came because it ended its process as it loaded, and a run without a report.
 */
export function readResults(
  report: string,
  { success, filtered, expected }: RunFacts,
): TestResults {
  const failures: string[] = [];
  let passed = 0;
  for (const [, name, file, body] of report.matchAll(testCase)) {
    const failure = /<(?:failure|error)[^>]*?(?:\/>|>([^]*?)<\/)/.exec(body);
    const test = plain(name);
    if (failure) failures.push(`${test} (${plain(file)})${indented(plain(failure[1] ?? ""))}`);
    else if (!body.includes("<skipped")) passed++;
    else if (!filtered) failures.push(`ignored: ${test}`);
  }
  const reported = [...report.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) =>
    pathOf(name)
  );
  const lost = expected.filter((file) => !reported.includes(resolve(file)));
  // A run that failed has said which file was to blame.
  if (success) failures.push(...lost.map((file) => `its tests did not run: ${file}`));
  else if (failures.length === 0) failures.push("the run failed as a whole");
  return { passed, failures };
}

const testCase = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*>([^]*?)<\/testcase>/g;

const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };

function plain(text: string): string {
  return text.replace(
    /&(?:lt|gt|quot|apos|amp);/g,
    (one) => entities[one as keyof typeof entities],
  );
}

function indented(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(0, mostLines).map((line) => `\n    ${line}`).join("");
}

function pathOf(suite: string): string {
  return suite.startsWith("file:") ? fileURLToPath(suite) : resolve(suite);
}
