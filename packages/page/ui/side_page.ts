import { chooseLanguage, type Language, languages } from "../texts/languages.ts";
import { textsOf } from "../texts/texts.ts";
import { element, paragraph } from "./element.ts";

/** What every page beside the first one says. */
export interface SidePageTexts {
  readonly title: string;
  /** May hold elements such as `<code>`. */
  readonly lead: string;
}

/** Puts a page in place of what stood there, in the language asked for or the browser's. */
export function openSidePage<Texts extends SidePageTexts>(
  all: Readonly<Record<Language, Texts>>,
): { readonly texts: Texts; readonly language: Language; readonly main: HTMLElement } {
  const asked = new URLSearchParams(location.search).get("lang");
  const language = chooseLanguage([...asked ? [asked] : [], ...navigator.languages]);
  const other = languages.find((one) => one !== language)!;
  const texts = all[language];
  document.documentElement.lang = language;
  document.title = texts.title;
  const main = element("main");
  const back = element("a", { href: `./?lang=${language}` }, `← ${textsOf(language).title}`);
  const inOther = element(
    "a",
    { class: "language", href: `?lang=${other}`, lang: other, hreflang: other },
    textsOf(language).otherLanguage,
  );
  document.body.replaceChildren(
    element(
      "header",
      {},
      element("div", { class: "top" }, back, inOther),
      element("h1", {}, texts.title),
      paragraph(texts.lead, { class: "lead" }),
    ),
    main,
  );
  return { texts, language, main };
}
