import { charts } from "./charts.ts";
import { conclusions, type Results } from "./results.ts";
import { textReport } from "./text_report.ts";

/** The results as one HTML file with charts: no script, and nothing is fetched. */
export function htmlReport(results: Results): string {
  const figures = charts(results).map(({ title, text, svg }) =>
    `<section>\n<h2>${title}</h2>\n<p>${text}</p>\n<figure role="img" aria-label="${title}">${svg}` +
    `</figure>\n</section>`
  );
  const sentences = conclusions(results).map((sentence) => `<li>${sentence}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Batch norm and batch renorm on real digits</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Batch norm and batch renorm on real digits</h1>
<p>Batches of handwritten 8 × 8 digits go through a convolution, ReLU and pooling, and then through a
batch norm and a batch renorm layer whose running statistics are warm. Seed ${results.settings.seed}.</p>
<ul>
${sentences.join("\n")}
</ul>
${figures.join("\n")}
<section>
<h2>The numbers</h2>
<pre>${escape(textReport(results))}</pre>
</section>
<footer>Digits: “Optical Recognition of Handwritten Digits”, E. Alpaydin and C. Kaynak, UCI, 1998, CC BY
4.0. Method: S. Ioffe, “Batch Renormalization”, 2017.</footer>
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
