import type { Images } from "../protocol.ts";
import { element } from "./element.ts";

/** A digit as a picture; it can be made to show another one. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  /** Shows a digit under a name. */
  show(images: Images, index: number, name: string): void;
  clear(): void;
}

/** Makes a picture of so many pixels each way; CSS makes it larger. */
export function makePicture(size: number): Picture {
  const canvas = element("canvas", { width: size, height: size, role: "img", "aria-label": "" });
  let shown = -1;
  return {
    canvas,
    show(images, index, name) {
      if (canvas.getAttribute("aria-label") !== name) canvas.setAttribute("aria-label", name);
      if (index === shown) return;
      shown = index;
      const pixels = images.pixels.subarray(index * size * size, (index + 1) * size * size);
      drawInk(canvas, pixels);
    },
    clear() {
      if (shown >= 0) canvas.getContext("2d")!.clearRect(0, 0, size, size);
      shown = -1;
    },
  };
}

/** Draws pixels from 0, paper, to 1, ink. */
export function drawInk(canvas: HTMLCanvasElement, pixels: Float32Array): void {
  const drawn = new ImageData(canvas.width, canvas.height);
  pixels.forEach((ink, i) => drawn.data.set([28, 27, 25, 255 * ink], 4 * i));
  canvas.getContext("2d")!.putImageData(drawn, 0, 0);
}
