/** What the pages of the site have in common. */

/** A diamond and a circle, the signs of the two norms. */
export const icon = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    '<path d="M10 6l9 10-9 10L1 16z" fill="#D55E00"/><circle cx="23" cy="16" r="8" fill="#0072B2"/></svg>',
);

/** The hash by which a policy names a style or a script in the page. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${new Uint8Array(digest).toBase64()}`;
}
