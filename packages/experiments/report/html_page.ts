import type { Chart } from "../charts/plot_svg.ts";

/** What a page of results shows. */
export interface Page {
  readonly title: string;
  readonly text: string;
  readonly conclusions: readonly string[];
  readonly charts: readonly Chart[];
  /** The numbers as plain text. */
  readonly numbers: string;
  readonly sources: string;
}

/** A page of its own: no script, and nothing is fetched. Reads well in light and in dark. */
export function htmlPage({ title, text, conclusions, charts, numbers, sources }: Page): string {
  const figures = charts.map(({ title, text, svg }) =>
    `<section>\n<h2>${title}</h2>\n<p>${text}</p>\n<figure role="img" aria-label="${title}">${svg}` +
    `</figure>\n</section>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<ul>
${conclusions.map((sentence) => `<li>${sentence}</li>`).join("\n")}
</ul>
${figures.join("\n")}
<section>
<h2>The numbers</h2>
<pre>${escape(numbers)}</pre>
</section>
<footer>${sources}</footer>
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

const style = `
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 800px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 1.7rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 0.3rem; }
p { margin: 0.4rem 0 0.8rem; }
figure { margin: 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 560px; height: auto; font-size: 13px; --plot-background: Canvas; }
pre { overflow-x: auto; font-size: 12px; line-height: 1.4; }
footer { margin-top: 2.5rem; font-size: 0.85rem; opacity: 0.75; }
`;
