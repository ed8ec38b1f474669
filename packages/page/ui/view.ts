/** What the parts of the page are given, and what they are. */
import type { Curve } from "../curve.ts";
import type { Images } from "../protocol.ts";
import type { PageSettings } from "../settings.ts";
import type { Texts } from "../texts/en.ts";
import type { Formats } from "../texts/formats.ts";
import type { Both } from "../training/pair.ts";
import type { History } from "./history.ts";

/** A part of the page that shows the current run. */
export interface View {
  readonly root: HTMLElement;
  /** Shows what is known now. */
  update(): void;
}

/** What every view of the page is given. */
export interface ViewContext {
  readonly texts: Texts;
  readonly formats: Formats;
  /** The current run, as far as it is known. */
  history(): History;
  settings(): PageSettings;
  /** All digits; null until they are loaded. */
  images(): Images | null;
  /** The run that stays in sight. */
  before(): Curve | null;
}

/** The place of a network in everything that holds two. */
export type NetworkIndex = 0 | 1;

/** The class of what stands for a network, which gives its colour. */
export const networkClasses = ["batch-norm", "batch-renorm"] as const;

/** Makes one of each network. */
export function forBoth<T>(make: (network: NetworkIndex) => T): Both<T> {
  return [make(0), make(1)];
}
