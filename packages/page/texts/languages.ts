/** The languages of the page, the first where none is asked for. */
export const languages = ["en", "tr"] as const;

/** A language of the page. */
export type Language = (typeof languages)[number];

/** The first of the preferred languages that the page speaks. */
export function chooseLanguage(preferred: readonly string[]): Language {
  const spoken = preferred.map((tag) => tag.toLowerCase().split("-")[0]);
  return languages.find((language) => language === spoken.find(isSpoken)) ?? languages[0];
}

function isSpoken(language: string): boolean {
  return (languages as readonly string[]).includes(language);
}
