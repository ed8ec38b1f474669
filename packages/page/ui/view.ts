/** A part of the page that shows the current run. */
export interface View {
  readonly root: HTMLElement;
  /** Shows what is known now. */
  update(): void;
}
