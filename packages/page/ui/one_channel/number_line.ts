/** Lines of numbers with marks on them, which may be dragged. */
import { setAttributes, svg } from "../svg.ts";

/** From the left to the right end. */
export interface Axis {
  readonly low: number;
  readonly high: number;
}

/** The part of the width that an axis takes, in per cent, so that marks at its ends have room. */
const width = 92;

/** Where a number stands, in per cent of the width; at an end where it is beyond. */
export function placeOf(value: number, { low, high }: Axis): number {
  const share = (Math.min(Math.max(value, low), high) - low) / (high - low);
  return (100 - width) / 2 + width * share;
}

/** The number at a share of the width. */
export function numberAt(share: number, { low, high }: Axis): number {
  return low + (high - low) * (share - (1 - width / 100) / 2) * 100 / width;
}

/** A mark that keeps its size whatever the width; `move` puts it elsewhere. */
export interface Mark {
  readonly root: SVGSVGElement;
  move(value: number): void;
}

/** Makes a mark of shapes about its place. */
export function makeMark(axis: Axis, y: number, name: string, ...shapes: SVGElement[]): Mark {
  const root = svg("svg", { class: name, y, overflow: "visible" }, ...shapes);
  return { root, move: (value) => root.setAttribute("x", `${placeOf(value, axis)}%`) };
}

/** A line from one number to another, at heights that may differ. */
export function makeSpan(axis: Axis, y1: number, y2: number, name: string) {
  const root = svg("line", { class: name, y1, y2 });
  return {
    root,
    move(from: number, to: number) {
      setAttributes(root, { x1: `${placeOf(from, axis)}%`, x2: `${placeOf(to, axis)}%` });
    },
  };
}

/** What a mark tells when it is used. */
export interface Drag {
  readonly label: string;
  /** Ends of the numbers that it may be. */
  readonly range: Axis;
  /** The number it stands for. */
  value(): number;
  change(value: number): void;
}

/** How far the keys go. */
const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -0.1,
  ArrowDown: -0.1,
  ArrowRight: 0.1,
  ArrowUp: 0.1,
  PageDown: -1,
  PageUp: 1,
  Home: -Infinity,
  End: Infinity,
};

/** Makes a mark a slider, by pointer and by keys. */
export function makeDraggable({ root }: Mark, axis: Axis, drag: Drag): void {
  const { label, range, value } = drag;
  setAttributes(root, {
    role: "slider",
    tabindex: 0,
    "aria-label": label,
    "aria-valuemin": range.low,
    "aria-valuemax": range.high,
  });
  const change = (to: number) =>
    drag.change(Math.round(100 * Math.min(Math.max(to, range.low), range.high)) / 100);
  /** From where it was grabbed to what it stands for; null while it is not. */
  let grabbed: number | null = null;
  const at = ({ clientX }: PointerEvent) => {
    const line = (root.parentElement as Element).getBoundingClientRect();
    return numberAt((clientX - line.left) / line.width, axis);
  };
  root.addEventListener("pointerdown", (event) => {
    root.setPointerCapture(event.pointerId);
    grabbed = value() - at(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (grabbed !== null) change(at(event) + grabbed);
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    root.addEventListener(end, () => grabbed = null);
  }
  root.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    change(value() + steps[event.key]);
  });
}

/** Says what a slider stands at. */
export function sayValue({ root }: Mark, value: number, text: string): void {
  setAttributes(root, { "aria-valuenow": value.toFixed(2), "aria-valuetext": text });
}
