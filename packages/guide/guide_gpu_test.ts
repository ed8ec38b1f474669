import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

// The doc tests leave WebGPU out, since they run where there may be no driver.
for (const page of ["guide.md", "guide.tr.md"]) {
  Deno.test(`the WebGPU code of docs/${page} runs, and agrees with the CPU`, async () => {
    const text = await Deno.readTextFile(new URL(`docs/${page}`, root));
    const blocks = [...text.matchAll(/^```ts ignore\n(.*?)^```$/gms)].map(([, code]) => code);
    assert.equal(blocks.length, 1);
    // In a process of its own, since the code leaves its device open as a reader's would.
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", "--ext=ts", blocks[0]],
      cwd: root,
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  });
}
