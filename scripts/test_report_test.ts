import assert from "node:assert/strict";
import { countTests } from "./test_report.ts";

const suite = (file: string, ...cases: string[]) =>
  `<testsuite name="./${file}" tests="1">${cases.join("\n")}</testsuite>`;
const testcase = (name: string, body: string) =>
  `<testcase name="${name}" time="0">${body}</testcase>`;
const facts = { success: true, filtered: false, expected: [] };

Deno.test("countTests() counts what passed and failed over all files", () => {
  const report = suite("a_test.ts", testcase("1", "\n"), testcase("2", "<failure>no</failure>")) +
    suite("b_test.ts", testcase("3", ""), testcase("4", '<error message="x"/>'));
  const expected = ["a_test.ts", "b_test.ts"];
  assert.deepEqual(countTests(report, { ...facts, success: false, expected }), {
    passed: 2,
    failed: 2,
    unseen: [],
  });
});

Deno.test("countTests() fails an ignored test, but counts none that a filter left out", () => {
  const report = suite("a_test.ts", testcase("1", ""), testcase("2", "<skipped/>"));
  assert.deepEqual(countTests(report, facts), { passed: 1, failed: 1, unseen: ["ignored: 2"] });
  assert.deepEqual(countTests(report, { ...facts, filtered: true }), {
    passed: 1,
    failed: 0,
    unseen: [],
  });
});

Deno.test("countTests() fails a file that is not in the report of a run without failure", () => {
  const report = suite("a_test.ts", testcase("1", ""));
  const counts = countTests(report, { ...facts, expected: ["a_test.ts", "lost_test.ts"] });
  assert.deepEqual(counts.unseen, ["its tests did not run: lost_test.ts"]);
  assert.equal(counts.failed, 1);
});

Deno.test("countTests() counts a run that died without a report as one failure", () => {
  const counts = countTests("", { ...facts, success: false, expected: ["a_test.ts", "b_test.ts"] });
  assert.deepEqual(counts, { passed: 0, failed: 1, unseen: ["the run failed as a whole"] });
});
