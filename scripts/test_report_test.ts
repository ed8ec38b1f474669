import assert from "node:assert/strict";
import { readResults } from "./test_report.ts";

const suite = (file: string, ...cases: string[]) =>
  `<testsuite name="./${file}" tests="1">${cases.join("\n")}</testsuite>`;
const testcase = (name: string, body: string) =>
  `<testcase name="${name}" classname="./a_test.ts" time="0" line="1">${body}</testcase>`;
const facts = { success: true, filtered: false, expected: [] };

Deno.test("readResults() has what passed and failed over all files", () => {
  const report = suite("a_test.ts", testcase("1", "\n"), testcase("2", "<failure>no</failure>")) +
    suite("b_test.ts", testcase("3", ""), testcase("4", '<error message="x"/>'));
  const expected = ["a_test.ts", "b_test.ts"];
  assert.deepEqual(readResults(report, { ...facts, success: false, expected }), {
    passed: 2,
    failures: ["2 (./a_test.ts)\n    no", "4 (./a_test.ts)"],
  });
});

Deno.test("readResults() has a failure in words, its first lines, as they were printed", () => {
  const lines = ["1 &lt; 2 &amp;amp;", "", ...Array.from({ length: 30 }, (_, i) => `line ${i}`)];
  const failure = `<failure message="a &gt; b &quot;c&quot;">${lines.join("\n")}</failure>`;
  const report = suite("a_test.ts", testcase("it&apos;s", failure));
  const [told] = readResults(report, { ...facts, success: false }).failures;
  const expected = ["it's (./a_test.ts)", "    1 < 2 &amp;"];
  assert.deepEqual(told.split("\n").slice(0, 2), expected);
  assert.equal(told.split("\n").at(-1), "    line 18");
});

Deno.test("readResults() fails an ignored test, but counts none that a filter left out", () => {
  const report = suite("a_test.ts", testcase("1", ""), testcase("2", "<skipped/>"));
  assert.deepEqual(readResults(report, facts), { passed: 1, failures: ["ignored: 2"] });
  assert.deepEqual(readResults(report, { ...facts, filtered: true }), { passed: 1, failures: [] });
});

Deno.test("readResults() fails a file that is not in the report of a run without failure", () => {
  const report = suite("a_test.ts", testcase("1", ""));
  const { failures } = readResults(report, { ...facts, expected: ["a_test.ts", "lost_test.ts"] });
  assert.deepEqual(failures, ["its tests did not run: lost_test.ts"]);
});

Deno.test("readResults() has a run that died without a report as one failure", () => {
  const expected = ["a_test.ts", "b_test.ts"];
  assert.deepEqual(readResults("", { ...facts, success: false, expected }), {
    passed: 0,
    failures: ["the run failed as a whole"],
  });
});
