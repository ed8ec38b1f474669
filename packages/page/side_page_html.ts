import { icon, sha256 } from "./html_parts.ts";

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
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' '${await sha256(importMap)}'`,
    "img-src data:",
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="style.css">
<script type="importmap">${importMap}</script>
<script type="module" src="${script}"></script>
</head>
<body>
<header><h1>${title}</h1></header>
<main><p>This page is a program that has not started. It needs JavaScript, and a web server.</p></main>
</body>
</html>
`;
}
