import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { hardware } from "../plan/tuning.ts";
import { pipelineFor } from "../record/pipelines.ts";
import { kernelNames, kernelText, snippetRows, snippets, snippetsIn } from "./snippets.ts";

const compiled = { storage: "float16", width: 4 } as const;

Deno.test("docs/kernels.md says what every snippet needs and gives", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/kernels.md", import.meta.url));
  assert.deepEqual(tableOf(page, "snippet"), snippetRows(), "see deno task wgsl --snippets");
});

for (const subgroups of [false, true]) {
  const device = subgroups ? "a device with subgroups" : "any device";
  Deno.test(`what a kernel's snippets need is given once in it, on ${device}`, () => {
    for (const name of kernelNames) {
      const parts = snippetsIn(name, { ...compiled, subgroups });
      const given = parts.flatMap(({ gives }) => gives);
      assert.equal(new Set(given).size, given.length, `${name} gives a name twice: ${given}`);
      for (const { name: part, needs } of parts) {
        for (const need of needs) assert.ok(given.includes(need), `${name}: ${part} needs ${need}`);
      }
    }
  });
}

Deno.test("every snippet is in a kernel", () => {
  const used = new Set(
    [false, true].flatMap((subgroups) =>
      kernelNames.flatMap((name) => snippetsIn(name, { ...compiled, subgroups }))
    ).map(({ name }) => name),
  );
  const left = [...snippets.values()].filter(({ name }) => !used.has(name));
  // The prelude has other texts for other storages and widths.
  assert.deepEqual(left.filter(({ file }) => file !== "prelude.ts"), []);
});

Deno.test("a kernel is printed as it is compiled, but for comments, with its constants", () => {
  const modules: string[] = [];
  const pipelines: GPUComputePipelineDescriptor[] = [];
  const device = {
    features: new Set(["subgroups"]),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createShaderModule: ({ code }: { code: string }) => modules.push(code),
    createComputePipeline: (descriptor: GPUComputePipelineDescriptor) => pipelines.push(descriptor),
  } as unknown as GPUDevice;
  const variant = { kernel: "gradientsPlanes", storage: "float32", width: 1 } as const;
  pipelineFor(device, { ...variant, tuning: hardware });
  const printed = kernelText(variant.kernel, { ...variant, subgroups: true }, "hardware");
  const lines = (text: string) => text.split("\n").filter((line) => /^(?!\/\/)./.test(line));
  assert.deepEqual(lines(printed), lines(modules.join()));
  assert.ok(printed.startsWith(`// LANES = ${pipelines[0].compute.constants!.LANES}\n`));
});
