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
  addressOf: () => string,
  onFollow: () => void,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): HTMLAnchorElement {
  const made = element("a", { href: addressOf(), ...attributes }, ...children);
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

/** A list of choices. */
export function selectOf(
  id: string,
  options: readonly string[],
  chosen: number,
  onChoice: (index: number) => void,
): HTMLSelectElement {
  const made = element(
    "select",
    { id },
    ...options.map((text, i) => element("option", { selected: i === chosen }, text)),
  );
  made.addEventListener("change", () => onChoice(made.selectedIndex));
  return made;
}

/** A control with its label and, if given, its value in words and what it is for. */
export function field(
  control: HTMLInputElement | HTMLSelectElement,
  label: string,
  { value, help }: { readonly value?: HTMLElement; readonly help?: string } = {},
): HTMLElement {
  const { id } = control;
  const made = element("div", { class: "field" }, element("label", { for: id }, label));
  if (value) made.append(value);
  made.append(control);
  if (help) {
    control.setAttribute("aria-describedby", `${id}-help`);
    made.append(element("p", { class: "help", id: `${id}-help` }, help));
  }
  return made;
}

/** Sets the text of an element if it is another, so that nothing is drawn or read anew. */
export function setText(of: Element, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}
