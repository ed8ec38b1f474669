import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { tableOf } from "@renorm/testing/markdown_table";
import { type KernelName, kernels, snippetsOf } from "../packages/webgpu-kernels/wgsl/kernels.ts";
import { snippetRows, snippets } from "./wgsl_snippets.ts";

/** The snippets of a kernel, whose texts are all known. */
function snippetsIn(name: KernelName, hasSubgroups = false) {
  return snippetsOf(name, "float16", 4, hasSubgroups).map((wgsl) => {
    const snippet = snippets.get(wgsl.replace("enable subgroups;\n", ""));
    assert.ok(snippet, `${name} has a snippet that is exported by no file: ${wgsl}`);
    return snippet;
  });
}

Deno.test("docs/kernels.md says what every snippet needs and gives", async () => {
  const page = await Deno.readTextFile(new URL("../docs/kernels.md", import.meta.url));
  assert.deepEqual(tableOf(page, "snippet"), snippetRows(), "see deno task wgsl --snippets");
});

for (const hasSubgroups of [false, true]) {
  const device = hasSubgroups ? "a device with subgroups" : "any device";
  Deno.test(`what a kernel's snippets need is given once in it, on ${device}`, () => {
    for (const name of Object.keys(kernels) as KernelName[]) {
      const parts = snippetsIn(name, hasSubgroups);
      const given = parts.flatMap(({ gives }) => gives);
      assert.equal(new Set(given).size, given.length, `${name} gives a name twice: ${given}`);
      for (const { name: part, needs } of parts) {
        for (const need of needs) assert.ok(given.includes(need), `${name}: ${part} needs ${need}`);
      }
    }
  });
}

Deno.test("every snippet is in a kernel", () => {
  const names = Object.keys(kernels) as KernelName[];
  const used = new Set(
    [false, true].flatMap((has) => names.flatMap((name) => snippetsIn(name, has)))
      .map(({ name }) => name),
  );
  const left = [...snippets.values()].filter(({ name }) => !used.has(name));
  // The prelude has other texts for other storages and widths.
  assert.deepEqual(left.filter(({ file }) => file !== "prelude.ts"), []);
});

Deno.test("deno task wgsl NAME prints a kernel as it is compiled, but for comments", async () => {
  const script = fileURLToPath(new URL("wgsl.ts", import.meta.url));
  const args = ["run", "--quiet", script, "backwardWholePlanes", "--subgroups", "--width", "1"];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const lines = (text: string) => text.split("\n").filter((line) => /^(?!\/\/)./.test(line));
  assert.deepEqual(
    lines(new TextDecoder().decode(stdout)),
    lines(snippetsOf("backwardWholePlanes", "float32", 1, true).join("")),
  );
});
