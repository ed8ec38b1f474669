import assert from "node:assert/strict";
import { bundleInFolder } from "@renorm/testing/bundle";
import { findOversized, measureBundles } from "./bundle_sizes.ts";
import { publicPackages } from "./public_packages.ts";

const packages = await publicPackages();

Deno.test("the main export of every package stays within its limit", async () => {
  const sizes = await measureBundles(packages);
  assert.deepEqual(findOversized(sizes), []);
  assert.ok(sizes.some(({ limit }) => limit !== null));
});

Deno.test("a bundle is minified, and what it imports from other packages is counted apart", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/one.ts`,
      "/** Two files. */\nexport const one: number = 1;",
    );
    await Deno.writeTextFile(
      `${folder}/mod.ts`,
      'export { one } from "./one.ts";\nexport { limitsAt } from "@renorm/schedule";',
    );
    const one = { name: "one", folder, version: "1.0.0", exports: { ".": "./mod.ts" } };
    const [{ minified, gzipped, limit, withSiblings }, schedule] = await measureBundles([
      one,
      packages.find(({ name }) => name === "schedule")!,
    ]);
    // An import, a number and two exports; schedule itself has more than 1000.
    assert.ok(minified > 50 && minified < 100, String(minified));
    assert.ok(gzipped > 50 && gzipped < 110, String(gzipped));
    assert.equal(limit, null);
    assert.ok(withSiblings > 200 && withSiblings < schedule.gzipped, String(withSiblings));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a package is oversized from its limit on", () => {
  const size = { name: "one", minified: 20_000, withSiblings: 9000, limit: 6000 };
  assert.deepEqual(findOversized([{ ...size, gzipped: 5999 }]), []);
  assert.deepEqual(
    findOversized([{ ...size, gzipped: 6000 }, { ...size, gzipped: 9, limit: null }]),
    [
      "one expects less than 6000 bytes, minified and gzipped: got 6000",
    ],
  );
});

Deno.test("a bundle of one layer holds nothing of what goes beyond a batch", async () => {
  const { folder } = packages.find(({ name }) => name === "core-math")!;
  const bundleOf = (names: string) =>
    bundleInFolder(`export { ${names} } from "./mod.ts";`, folder, { leavePackages: true });
  const beyond = [
    "diagnose",
    "forwardByMoments",
    "inputGradient",
    "mergeRunningStats",
    "recalibrate",
  ];
  // Functions of the edge name themselves in their errors.
  const inBundle = (code: string) => beyond.filter((name) => code.includes(`"${name}"`));
  assert.deepEqual(inBundle(await bundleOf(beyond.join(", "))), beyond);
  for (const layer of ["BatchNorm2d", "BatchRenorm2d"]) {
    assert.deepEqual(inBundle(await bundleOf(layer)), [], layer);
  }
});
