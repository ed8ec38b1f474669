import { htmlPage } from "./html_page.ts";
import type { Texts } from "./texts/en.ts";
import { languages } from "./texts/languages.ts";
import { textsOf } from "./texts/texts.ts";
import { explanationHtml } from "./ui/explanation_html.ts";
import { headerHtml } from "./ui/header_html.ts";

/** What the page is made of. */
export interface Head {
  /** Address of the folder of the documentation, or null. */
  readonly docs: string | null;
  /** The one style that may stand in the page. */
  readonly inlineStyle: string;
}

/** The page before its script has run, with the policy that lets it ask its own host alone. */
export function indexHtml({ docs, inlineStyle }: Head): Promise<string> {
  return htmlPage({
    title: "Batch norm and batch renorm, side by side",
    allowed: ["script-src 'self'", "worker-src 'self'", "connect-src 'self'"],
    inlineStyles: [inlineStyle],
    head: [
      `<meta name="description" content="${description}">`,
      ...docs === null ? [] : [`<link rel="help" href="${escape(docs)}">`],
      '<script type="module" src="page.js"></script>',
    ],
    body: `<main>
${languages.map((language) => unscripted(textsOf(language))).join("\n")}
</main>`,
  });
}

/** What is there without the script, which puts the page in its place. */
function unscripted(texts: Texts): string {
  const { code, otherLanguage } = texts;
  const other = code === "en" ? "tr" : "en";
  return `<article lang="${code}" id="${code}">
<header>
<div class="top"><b>${texts.project}</b><a lang="${other}" href="#${other}">${otherLanguage}</a></div>
${headerHtml(texts)}
<p class="unscripted">${texts.unscripted}</p>
</header>
${explanationHtml(texts)}
</article>`;
}

const description =
  "Two small networks learn to read handwritten digits in your browser; only their norm differs.";

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
