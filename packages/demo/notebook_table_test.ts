import assert from "node:assert/strict";
import { notebookNumbers, notebookTable } from "./notebook_table.ts";

Deno.test("the demo prints the notebook's table: std, min and max to 2e-5, means to 2e-6", () => {
  const rows = notebookTable();
  assert.equal(rows.length, notebookNumbers.length);
  notebookNumbers.forEach((expected, i) => {
    const row = rows[i];
    const name = `${expected.layer} on ${expected.samples}`;
    assert.equal(`${row.layer} on ${row.samples}`, name);
    for (const key of ["std", "min", "max"] as const) {
      const error = Math.abs(row[key] - expected[key]);
      assert.ok(error <= 2e-5, `${key} of ${name}: ${row[key]}, off by ${error}`);
    }
    if (expected.mean !== undefined) {
      const error = Math.abs(row.mean - expected.mean);
      assert.ok(error <= 2e-6, `mean of ${name}: ${row.mean}, off by ${error}`);
    }
  });
});
