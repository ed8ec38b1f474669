/** Attributes of an element; true sets one without a value, false and null leave it out. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Makes an element of the page. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) {
      made.setAttribute(name, value === true ? "" : `${value}`);
    }
  }
  made.append(...children);
  return made;
}

/** A paragraph of the page's own texts, which may hold elements such as `<var>`. */
export function paragraph(text: string, attributes: Attributes = {}): HTMLParagraphElement {
  const made = element("p", attributes);
  made.innerHTML = text;
  return made;
}

/** A button with a text. */
export function button(
  text: string,
  onPress: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", onPress);
  return made;
}

/** A link that also works by itself, in another tab: there it leads to what the page would show. */
export function link(
  text: string,
  addressOf: () => string,
  onFollow: () => void,
  attributes: Attributes = {},
): HTMLAnchorElement {
  const made = element("a", { href: addressOf(), ...attributes }, text);
  made.addEventListener("click", (event) => {
    // What it leads to may have changed since.
    made.href = addressOf();
    // With a key held the browser opens it elsewhere.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onFollow();
  });
  return made;
}

/** Sets the text of an element if it is another, so that nothing is drawn or read anew. */
export function setText(of: Element, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}
