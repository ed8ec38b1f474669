/**
 * The version stands in each package's `deno.json`, where JSR reads it, and in the changelog's
 * first heading: `## 0.1.0, 2026-11-30`, or `## 0.1.0, not yet published`. They must be one.
 */
import type { PublicPackage } from "./public_packages.ts";

/** The newest release that a changelog tells of. */
export interface Release {
  readonly version: string;
  /** Day of the release; null as long as it is not yet published. */
  readonly date: string | null;
}

/**
 * Reads the first heading of a changelog.
 *
 * @throws {Error} When it is not of the two forms.
 */
export function latestRelease(changelog: string): Release {
  const heading = changelog.match(/^## .*$/m)?.[0] ?? "no heading";
  const form = /^## (\d+\.\d+\.\d+), (?:(\d{4}-\d{2}-\d{2})|not yet published)$/;
  const [, found, date] = heading.match(form) ?? [];
  if (found) return { version: found, date: date ?? null };
  throw new Error(
    `CHANGELOG.md expects "## 1.2.3, 2026-11-30" or "## 1.2.3, not yet published" first: got ${
      JSON.stringify(heading)
    }`,
  );
}

/** Where a package or the tag says another version than the changelog; a line each. */
export function findVersionProblems(
  { version, date }: Release,
  packages: readonly Pick<PublicPackage, "name" | "version">[],
  tag: string | null,
): string[] {
  const problems = packages.filter((one) => one.version !== version).map((one) =>
    `packages/${one.name}/deno.json expects version ${version}, the changelog's first: got ${one.version}`
  );
  if (tag === null) return problems;
  if (tag !== `v${version}`) {
    problems.push(`--tag expects v${version}, after the changelog: got ${tag}`);
  }
  if (date === null) problems.push(`CHANGELOG.md expects a date for ${version}: got none`);
  return problems;
}
