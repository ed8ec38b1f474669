/** Attributes of an element of a drawing. */
type SvgAttributes = Readonly<Record<string, string | number>>;

/** Makes an element of a drawing. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: SvgAttributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Sets several attributes. */
export function setAttributes(of: Element, attributes: SvgAttributes): void {
  for (const [name, value] of Object.entries(attributes)) of.setAttribute(name, `${value}`);
}
