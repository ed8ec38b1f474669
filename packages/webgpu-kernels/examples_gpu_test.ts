import assert from "node:assert/strict";

// The doc tests leave WebGPU out, since they run where there may be no driver.
for (const name of ["README.md", "mod.ts"]) {
  Deno.test(`the example of webgpu-kernels' ${name} runs, and agrees with the CPU`, async () => {
    const text = await Deno.readTextFile(new URL(name, import.meta.url));
    const blocks = [...text.matchAll(/^(?: \* )?```ts ignore\n(.*?)^(?: \* )?```$/gms)];
    assert.equal(blocks.length, 1);
    const code = blocks[0][1].replace(/^ \* ?/gm, "");
    assert.match(code, /assert\.ok\(/);
    // In a process of its own, since the code leaves its device open as a reader's would.
    const run = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", "--ext=ts", code],
      cwd: import.meta.dirname!,
    }).output();
    assert.equal(run.code, 0, new TextDecoder().decode(run.stderr));
  });
}
