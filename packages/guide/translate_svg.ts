/**
 * Puts the texts of a chart into another language: whole texts, and numbers, whose separators
 * change.
 *
 * @throws {RangeError} For a text that the table lacks.
 */
export function translateSvg(svg: string, texts: Readonly<Record<string, string>>): string {
  return svg.replace(/>([^<>]+)<\/(text|tspan)>/g, (_, shown: string, element: string) => {
    const [, text, arrow] = shown.match(/^(.*?)( →)?$/)!;
    const translated = isNumber(text) ? withTurkishSeparators(text) : texts[text];
    if (translated === undefined) {
      throw new RangeError(`translateSvg expects a text of the table: got ${text}`);
    }
    return `>${translated}${arrow ?? ""}</${element}>`;
  });
}

function isNumber(text: string): boolean {
  return /^[−-]?\d(?:[\d./]|&#160;)*$/.test(text);
}

/** 1.5 is 1,5 and 25&#160;000 is 25.000. */
function withTurkishSeparators(text: string): string {
  return text.replace(".", ",").replace("&#160;", ".");
}
