import assert from "node:assert/strict";
import { notebook } from "./notebook.ts";
import { notebookCells } from "./notebook_cells.ts";
import { runCells } from "./run_cells.ts";
import { notebooks } from "./write_notebooks.ts";

const docs = new URL("../../docs/", import.meta.url);
const read = (name: string) => Deno.readTextFile(new URL(name, docs));

Deno.test("the notebooks are the pages of the guide, and their cells print what they say", async () => {
  assert.equal(Object.keys(notebooks).length, 2);
  await Promise.all(
    Object.entries(notebooks).map(async ([page, name]) => {
      assert.equal(await read(name), await notebook(await read(page)), name);
    }),
  );
});

Deno.test("a comparison becomes a line of output, and other assertions stay", () => {
  const page = `# Title

\`\`\`math
y = x
\`\`\`

\`\`\`ts
import assert from "node:assert/strict";

assert.equal(
  1 + 1,
  2,
); // two
assert.match("text", /t/);
assert.ok(true);
\`\`\`

\`\`\`ts ignore
needsGpu();
\`\`\`
`;
  assert.deepEqual(notebookCells(page), [
    { kind: "markdown", text: "# Title\n\n$$\ny = x\n$$" },
    {
      kind: "code",
      text: `import assert from "node:assert/strict";

console.log(1 + 1); // two
console.log("text");
assert.ok(true);`,
    },
    { kind: "markdown", text: "```ts ignore\nneedsGpu();\n```" },
  ]);
});

Deno.test("a cell sees what the cells above declared, and one that throws is told with its text", async () => {
  assert.deepEqual(await runCells(["const a = 1;", "const a = 2;", "console.log(a);"]), [
    "",
    "",
    "2\n",
  ]);
  await assert.rejects(
    runCells(["console.log(1);", "missing();"]),
    /1 of 2 cells ran: 1\n[^]*missing is not defined/,
  );
});
