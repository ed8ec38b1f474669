import { htmlPage, sha256 } from "./html_page.ts";

/** A page beside the first one, which is all made by its script. */
export interface SidePage {
  readonly title: string;
  /** Its script's file. */
  readonly script: string;
  /** Files that stand for packages that its script imports on demand. */
  readonly imports?: Readonly<Record<string, string>>;
}

/** The page before its script has run, with the policy that lets it ask its own host alone. */
export async function sidePageHtml({ title, script, imports = {} }: SidePage): Promise<string> {
  const importMap = JSON.stringify({ imports });
  return await htmlPage({
    title,
    allowed: [`script-src 'self' 'wasm-unsafe-eval' '${await sha256(importMap)}'`],
    head: [
      `<script type="importmap">${importMap}</script>`,
      `<script type="module" src="${script}"></script>`,
    ],
    body: `<header><h1>${title}</h1></header>
<main><p>This page is a program that has not started. It needs JavaScript, and a web server.</p></main>`,
  });
}
