/** What a run of `deno test` did, read from the JUnit report that it writes. */
import { resolve } from "node:path";

/** Counts of one run, and a line for each failure that the run itself did not show. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly unseen: readonly string[];
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
 * Counts the tests of a report. Three things fail that Deno lets pass: an ignored test, a file
 * whose tests never came because it ended its process as it loaded, and a run without a report.
 */
export function countTests(report: string, { success, filtered, expected }: RunFacts): TestCounts {
  const unseen: string[] = [];
  let passed = 0;
  let shown = 0;
  for (
    const [, name, body] of report.matchAll(/<testcase name="([^"]*)"[^>]*>([^]*?)<\/testcase>/g)
  ) {
    if (body.includes("<failure") || body.includes("<error")) shown++;
    else if (!body.includes("<skipped")) passed++;
    else if (!filtered) unseen.push(`ignored: ${name}`);
  }
  const reported = [...report.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) =>
    pathOf(name)
  );
  const lost = expected.filter((file) => !reported.includes(resolve(file)));
  // A run that failed has said which file was to blame.
  if (success) unseen.push(...lost.map((file) => `its tests did not run: ${file}`));
  else if (shown === 0) unseen.push("the run failed as a whole");
  return { passed, failed: shown + unseen.length, unseen };
}

function pathOf(suite: string): string {
  return suite.startsWith("file:") ? new URL(suite).pathname : resolve(suite);
}
