/** A pad to draw on, by pointer or by keys. */
import { element, setText } from "../element.ts";
import { setAttributes, svg } from "../svg.ts";
import { extended, type Point, type Strokes } from "./strokes.ts";

/** Places that the keys go to, each way. */
const cells = 16;

/** What the pad says. */
export interface PadTexts {
  readonly pad: string;
  readonly keys: string;
  cursor(isDown: boolean, column: string, row: string): string;
}

/** The pad. */
export interface Pad {
  readonly root: HTMLElement;
  show(strokes: Strokes): void;
  /** Lifts the pen of the keys. */
  lift(): void;
}

/** Makes the pad; `strokes` tells what is on it. */
export function makePad(
  texts: PadTexts,
  strokes: () => Strokes,
  onChange: (strokes: Strokes) => void,
): Pad {
  const ink = svg("path", { class: "ink" });
  const cursor = svg("circle", { class: "cursor", r: 4 });
  const surface = svg(
    "svg",
    {
      class: "pad",
      viewBox: "0 0 100 100",
      role: "application",
      tabindex: 0,
      "aria-label": texts.pad,
      "aria-describedby": "pad-keys",
    },
    ink,
    cursor,
  );
  const said = element("span", { role: "status" });
  /** Where the keys are, in cells, and whether their pen is down. */
  let at = { x: cells / 2, y: cells / 2 };
  let isDown = false;
  let isDrawing = false;

  const begin = (point: Point) => onChange([...strokes(), [point]]);
  const pointAt = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = surface.getBoundingClientRect();
    return { x: within((clientX - left) / width), y: within((clientY - top) / height) };
  };
  const showCursor = () => {
    setAttributes(cursor, { cx: 100 * at.x / cells, cy: 100 * at.y / cells });
    cursor.classList.toggle("is-down", isDown);
  };
  surface.addEventListener("pointerdown", (event) => {
    surface.setPointerCapture(event.pointerId);
    isDrawing = true;
    isDown = false;
    showCursor();
    begin(pointAt(event));
  });
  surface.addEventListener("pointermove", (event) => {
    if (isDrawing) onChange(extended(strokes(), pointAt(event)));
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    surface.addEventListener(end, () => isDrawing = false);
  }
  const moves: Readonly<Record<string, Point>> = {
    ArrowLeft: { x: -1, y: 0 },
    ArrowRight: { x: 1, y: 0 },
    ArrowUp: { x: 0, y: -1 },
    ArrowDown: { x: 0, y: 1 },
  };
  surface.addEventListener("keydown", (event) => {
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : null;
    if (move === null && event.key !== " ") return;
    event.preventDefault();
    if (move === null) isDown = !isDown;
    else {at = {
        x: within((at.x + move.x) / cells) * cells,
        y: within((at.y + move.y) / cells) * cells,
      };}
    showCursor();
    const point = { x: at.x / cells, y: at.y / cells };
    if (isDown) move === null ? begin(point) : onChange(extended(strokes(), point));
    setText(said, texts.cursor(isDown, `${at.x}`, `${at.y}`));
  });
  showCursor();
  return {
    root: element(
      "div",
      {},
      surface,
      element("p", { class: "help" }, element("span", { id: "pad-keys" }, texts.keys), " ", said),
    ),
    show(strokes) {
      ink.setAttribute("d", strokes.map(pathOf).join(""));
    },
    lift() {
      isDown = false;
      showCursor();
    },
  };
}

/** A point by itself is a dot, which the round ends of the line make. */
function pathOf(stroke: readonly Point[]): string {
  const [first, ...others] = stroke.map(({ x, y }) =>
    `${(100 * x).toFixed(1)} ${(100 * y).toFixed(1)}`
  );
  return `M${first}L${[first, ...others].join("L")}`;
}

function within(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
