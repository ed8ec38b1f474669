/** Puts charts of one width side by side into one SVG. */
export function sideBySide(width: number, ...charts: readonly string[]): string {
  const height = Math.max(...charts.map((chart) => Number(chart.match(/ height="(\d+)"/)![1])));
  const total = width * charts.length;
  const placed = charts.map((chart, i) => chart.replace("<svg ", `<svg x="${i * width}" `));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${total}" height="${height}" ` +
    `viewBox="0 0 ${total} ${height}">${placed.join("")}</svg>`;
}
