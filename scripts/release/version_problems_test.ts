import assert from "node:assert/strict";
import { publicPackages, repository } from "./public_packages.ts";
import { findVersionProblems, latestRelease } from "./version_problems.ts";

const packages = [{ name: "core-math", version: "1.2.3" }, { name: "tfjs", version: "1.2.2" }];

Deno.test("the changelog and every public package of this repository have one version", async () => {
  const release = latestRelease(await Deno.readTextFile(`${repository}/CHANGELOG.md`));
  assert.deepEqual(findVersionProblems(release, await publicPackages(), null), []);
});

Deno.test("the readme says that nothing is published until the changelog has a day", async () => {
  const [changelog, readme] = await Promise.all(
    ["CHANGELOG.md", "README.md"].map((file) => Deno.readTextFile(`${repository}/${file}`)),
  );
  const isPublished = /^## \d.*\d{4}-\d{2}-\d{2}$/m.test(changelog);
  assert.equal(readme.includes("not yet published"), !isPublished);
});

Deno.test("a package with another version than the changelog is found", () => {
  assert.deepEqual(findVersionProblems({ version: "1.2.3", date: null }, packages, null), [
    "packages/tfjs/deno.json expects version 1.2.3, the changelog's first: got 1.2.2",
  ]);
});

Deno.test("a tag must be the version, and wants a date in the changelog", () => {
  const release = { version: "1.2.3", date: "2026-11-30" };
  const [one] = packages;
  assert.deepEqual(findVersionProblems(release, [one], "v1.2.3"), []);
  assert.match(findVersionProblems(release, [one], "v1.3.0").join(), /v1\.2\.3.*got v1\.3\.0/);
  assert.match(findVersionProblems({ ...release, date: null }, [one], "v1.2.3").join(), /a date/);
});

Deno.test("latestRelease() reads both forms of a heading, takes the first, and refuses others", () => {
  const older = "\n## 0.9.0, 2026-01-02\n";
  assert.deepEqual(latestRelease(`# Changelog\n\n## 1.0.0, not yet published\n${older}`), {
    version: "1.0.0",
    date: null,
  });
  assert.deepEqual(latestRelease(older), { version: "0.9.0", date: "2026-01-02" });
  assert.throws(() => latestRelease(`## Unreleased\n${older}`), /got "## Unreleased"/);
  assert.throws(() => latestRelease("# Changelog"), /got "no heading"/);
});
