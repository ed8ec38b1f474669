/** Puts a legend of names with their colours into the top margin of a chart of the demo. */
export function addLegend(svg: string, entries: readonly (readonly [string, string])[]): string {
  let x = 64;
  const items = entries.map(([name, colour]) => {
    const item = `<rect x="${x}" y="9" width="18" height="6" rx="2" fill="${colour}"/>` +
      `<text x="${x + 24}" y="16" fill="currentColor" text-anchor="start">${name}</text>`;
    x += 52 + 7 * name.length;
    return item;
  });
  return svg.replace(/<\/svg>$/, `<g aria-label="legend">${items.join("")}</g></svg>`);
}

const standaloneStyle = "<style>svg{color:#1f2328;background:#fff;font:13px system-ui,sans-serif}" +
  "@media (prefers-color-scheme:dark){svg{color:#e6edf3;background:#0d1117}}</style>";

/** A chart as a file of its own, for light and dark pages. */
export function standaloneSvg(svg: string): string {
  return svg.replace(/^<svg[^>]*>/, (start) => start + standaloneStyle) + "\n";
}
