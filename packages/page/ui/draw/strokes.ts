/** Strokes of a pen, and the image that is made of them as those of the data set were. */

/** A place on the pad, 0 to 1 from its left and its top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lines drawn without lifting the pen. */
export type Strokes = readonly (readonly Point[])[];

/** Height and width of the bitmap, and of the blocks in which its ink is counted. */
const bitmapSize = 32;
const blockSize = 4;

/** Half the width of the pen, in dots of the bitmap: about as much ink as the data set has. */
const penRadius = 2;

/** What a digit fills in the data set: all rows of the bitmap, three quarters of its columns. */
const filled = { x: 24, y: 32 } as const;

/** How narrow a drawing may be for its height, or the other way, and still be stretched. */
const narrowest = 1 / 3;

/**
 * The bitmap of 32 × 32 dots, row by row, 1 for ink: the strokes stretched to the size of a digit
 * in the data set, whatever their place and size on the pad.
 */
export function bitmapOf(strokes: Strokes): Uint8Array {
  const fit = fitting(strokes.flat());
  const segments = strokes.flatMap((stroke) =>
    stroke.map((point, i) => [fit(stroke[Math.max(0, i - 1)]), fit(point)] as const)
  );
  return Uint8Array.from({ length: bitmapSize ** 2 }, (_, i) => {
    const dot = { x: i % bitmapSize + 0.5, y: Math.floor(i / bitmapSize) + 0.5 };
    return segments.some(([from, to]) => distance(dot, from, to) <= penRadius) ? 1 : 0;
  });
}

/** The share of ink in each block of 4 × 4 dots, as the data set counts it: 8 × 8 pixels. */
export function countBlocks(bitmap: Uint8Array): Float32Array {
  const size = bitmapSize / blockSize;
  const pixels = new Float32Array(size ** 2);
  bitmap.forEach((ink, i) => {
    const [x, y] = [i % bitmapSize, Math.floor(i / bitmapSize)];
    const block = size * Math.floor(y / blockSize) + Math.floor(x / blockSize);
    pixels[block] += ink / blockSize ** 2;
  });
  return pixels;
}

/** The strokes with a further point on the last one. */
export function extended(strokes: Strokes, point: Point): Strokes {
  return strokes.with(-1, [...strokes[strokes.length - 1], point]);
}

/** Moves points so that they fill what a digit fills. */
function fitting(points: readonly Point[]): (point: Point) => Point {
  const [x, y] = (["x", "y"] as const).map((axis) => {
    const places = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...places), Math.max(...places)];
    return { middle: (low + high) / 2, length: high - low, room: filled[axis] - 2 * penRadius };
  });
  const scale = (along: typeof x, across: typeof x) =>
    along.room / (Math.max(along.length, narrowest * across.length) || 1);
  const scales = { x: scale(x, y), y: scale(y, x) };
  return (point) => ({
    x: bitmapSize / 2 + scales.x * (point.x - x.middle),
    y: bitmapSize / 2 + scales.y * (point.y - y.middle),
  });
}

/** From a point to the nearest one of a line between two others. */
function distance(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx ** 2 + dy ** 2 || 1);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy);
}
