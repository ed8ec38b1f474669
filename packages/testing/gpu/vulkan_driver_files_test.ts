import assert from "node:assert/strict";
import { driverFileProblem, findDriverFiles } from "./vulkan_driver_files.ts";

/** Runs a test in a folder that holds these files. */
async function inFolder(
  files: Record<string, string>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function icd(library: string): string {
  return JSON.stringify({ ICD: { library_path: library } });
}

Deno.test("findDriverFiles() takes each architecture whose library is there, and no other driver", async () => {
  const files = {
    "lvp_icd.x86_64.json": icd("./lib.so"),
    "lvp_icd.i686.json": icd("./gone.so"),
    "radeon_icd.x86_64.json": icd("./lib.so"),
    "lvp_icd.json": icd("libvulkan_lvp.so"),
    "lib.so": "",
  };
  await inFolder(files, async (folder) => {
    assert.deepEqual(await findDriverFiles(/^lvp_icd.*\.json$/, folder), [
      `${folder}/lvp_icd.json`,
      `${folder}/lvp_icd.x86_64.json`,
    ]);
  });
});

Deno.test("findDriverFiles() finds nothing where no driver is installed", async () => {
  assert.deepEqual(await findDriverFiles(/./, "/nowhere/icd.d"), []);
});

Deno.test("findDriverFiles() refuses an installation whose library is gone", async () => {
  await inFolder({ "lvp_icd.json": icd("./gone.so") }, async (folder) => {
    await assert.rejects(
      findDriverFiles(/lvp/, folder),
      /names the library .*\/gone\.so, which is not/,
    );
  });
});

Deno.test("driverFileProblem() names a file that is no JSON or names no library", async () => {
  await inFolder({ "a.json": "{", "b.json": "{}" }, async (folder) => {
    assert.match(await driverFileProblem(`${folder}/a.json`) ?? "", /a\.json cannot be read/);
    assert.match(await driverFileProblem(`${folder}/b.json`) ?? "", /b\.json names no library/);
  });
});
