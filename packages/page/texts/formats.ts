import type { Language } from "./languages.ts";

/** Numbers as a language writes them. */
export interface Formats {
  /** 0.876 as 88 %, a share. */
  percent(share: number): string;
  /** Whole numbers. */
  integer(value: number): string;
  /** Two decimals. */
  decimal(value: number): string;
  /** With as many decimals as it takes, three at most. */
  short(value: number): string;
  /** Two digits that matter, for what is roughly known. */
  rough(value: number): string;
  /** A setting, with all its digits. */
  setting(value: number): string;
  /** How long something takes, roughly: seconds, or minutes where these are many. */
  duration(seconds: number): string;
}

/** The formats of a language. */
export function makeFormats(language: Language): Formats {
  const format = (options: Intl.NumberFormatOptions) => {
    const { format } = new Intl.NumberFormat(language, options);
    // A minus, where the locale has a hyphen; a dash for what is no number.
    return (value: number) =>
      Number.isFinite(value) ? format(value).replace("-", "\u2212") : "\u2013";
  };
  const rough = { maximumSignificantDigits: 2, style: "unit", unitDisplay: "long" } as const;
  const inSeconds = format({ ...rough, unit: "second" });
  const inMinutes = format({ ...rough, unit: "minute" });
  return {
    percent: format({ style: "percent", maximumFractionDigits: 0 }),
    integer: format({ maximumFractionDigits: 0 }),
    decimal: format({
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
      signDisplay: "negative",
    }),
    short: format({ maximumFractionDigits: 3 }),
    rough: format({ maximumSignificantDigits: 2 }),
    setting: format({ maximumSignificantDigits: 10 }),
    duration: (seconds) =>
      seconds < 90 ? inSeconds(Math.ceil(seconds)) : inMinutes(Math.round(seconds / 60)),
  };
}
