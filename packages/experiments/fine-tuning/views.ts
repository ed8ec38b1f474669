/** Views of one image, as a webcam gives them of one object: moved, nearer, mirrored, lighter. */
import type { LabelledImages } from "../data/labelled_images.ts";
import type { Mt19937 } from "../data/mt19937.ts";

/** A uniform number of a range. */
type Draw = (low: number, high: number) => number;

/** How the light falls while an object is shown. */
interface Light {
  readonly gain: number;
  readonly paper: number;
}

/**
 * Draws views of objects, in their order: `[objects · views, size, size, 3]`, in [0, 1].
 *
 * An object keeps its light, between 0.5 and 1 times the ink on a paper of up to 0.3, to a tenth;
 * each view is moved by up to an eighth of the picture, 0.8 to 1.2 times as large, and mirrored or
 * not.
 *
 * @param objects indices of images
 * @param size height and width of a view
 */
export function drawViews(
  images: LabelledImages,
  objects: readonly number[],
  views: number,
  size: number,
  generator: Mt19937,
): Float32Array {
  const draw: Draw = (low, high) => low + (high - low) * generator.nextUint32() / 2 ** 32;
  const seen = new Float32Array(objects.length * views * size * size * 3);
  objects.forEach((object, o) => {
    const light = { gain: draw(0.5, 1), paper: draw(0, 0.3) };
    for (let view = 0; view < views; view++) {
      const start = (o * views + view) * size * size * 3;
      drawView(images, object, light, draw, seen.subarray(start, start + size * size * 3), size);
    }
  });
  return seen;
}

function drawView(
  images: LabelledImages,
  object: number,
  { gain, paper }: Light,
  draw: Draw,
  view: Float32Array,
  size: number,
): void {
  const { pixels, size: from } = images;
  const image = pixels.subarray(object * from * from, (object + 1) * from * from);
  const ink = (row: number, column: number) =>
    row < 0 || column < 0 || row >= from || column >= from ? 0 : image[row * from + column];
  const zoom = from / size / draw(0.8, 1.2);
  const [down, right] = [draw(-1, 1) * from / 8, draw(-1, 1) * from / 8];
  const mirror = draw(-1, 1) < 0 ? -1 : 1;
  const [brighter, lighter] = [gain * draw(0.9, 1.1), paper + draw(-0.05, 0.05)];
  for (let i = 0; i < size * size; i++) {
    const y = (Math.floor(i / size) - (size - 1) / 2) * zoom + (from - 1) / 2 + down;
    const x = mirror * (i % size - (size - 1) / 2) * zoom + (from - 1) / 2 + right;
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [below, beside] = [y - top, x - left];
    // Bilinear.
    const value = (1 - below) * ((1 - beside) * ink(top, left) + beside * ink(top, left + 1)) +
      below * ((1 - beside) * ink(top + 1, left) + beside * ink(top + 1, left + 1));
    const shade = Math.min(1, Math.max(0, lighter + (1 - lighter) * brighter * value));
    view.fill(shade, 3 * i, 3 * i + 3);
  }
}
