import { en, type Texts } from "./en.ts";
import type { Language } from "./languages.ts";
import { tr } from "./tr.ts";

const all: Readonly<Record<Language, Texts>> = { en, tr };

/** What the page says in a language. */
export function textsOf(language: Language): Texts {
  return all[language];
}
