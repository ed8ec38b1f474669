/** What every page of the site begins with. */

/** A page before its script has run. */
export interface HtmlPage {
  readonly title: string;
  /** What its policy allows beside styles and pictures of its own: `script-src 'self'`. */
  readonly allowed: readonly string[];
  /** Inline styles that the policy names. */
  readonly inlineStyles?: readonly string[];
  /** Elements of the head, a line each. */
  readonly head: readonly string[];
  readonly body: string;
}

/** The page, with a policy that lets it ask its own host alone. */
export async function htmlPage(
  { title, allowed, inlineStyles = [], head, body }: HtmlPage,
): Promise<string> {
  const hashes = await Promise.all(inlineStyles.map(sha256));
  const policy = [
    "default-src 'none'",
    ...allowed,
    "img-src data:",
    ["style-src 'self'", ...hashes.map((hash) => `'${hash}'`)].join(" "),
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
${head.join("\n")}
</head>
<body>
${body}
</body>
</html>
`;
}

/** A diamond and a circle, the signs of the two norms. */
const icon = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    '<path d="M10 6l9 10-9 10L1 16z" fill="#D55E00"/><circle cx="23" cy="16" r="8" fill="#0072B2"/></svg>',
);

/** The hash by which a policy names a style or a script in the page. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}
