import assert from "node:assert/strict";
import { join } from "node:path";
import { loadTrainingData } from "../digits/training_data.ts";
import type { LabelledImages } from "../data/labelled_images.ts";
import { idxFile } from "../testing/idx_file.ts";
import { runExperiment } from "../testing/run_experiment.ts";
import type { MnistResults } from "./results.ts";

/** Writes digits of 8 × 8 pixels as files of 16 × 16, in which each pixel is there four times. */
async function writeImages(folder: string, name: string, { pixels, labels }: LabelledImages) {
  const values = Array.from({ length: 4 * pixels.length }, (_, i) => {
    const [image, row, column] = [Math.floor(i / 256), Math.floor(i / 16) % 16, i % 16];
    const pixel = image * 64 + Math.floor(row / 2) * 8 + Math.floor(column / 2);
    return Math.round(255 * pixels[pixel]);
  });
  const bytes = idxFile([labels.length, 16, 16], values);
  await Deno.writeFile(join(folder, `${name}-images-idx3-ubyte`), bytes);
  await Deno.writeFile(join(folder, `${name}-labels-idx1-ubyte`), idxFile([labels.length], labels));
}

Deno.test("the experiment on MNIST trains on files of images, recalibrates batch norm, and takes up kept runs", async () => {
  const { train, test } = await loadTrainingData({ holdOut: false });
  const folder = await Deno.makeTempDir();
  try {
    const part = { ...train, pixels: train.pixels.subarray(0, 64 * 400), labels: train.labels };
    await writeImages(folder, "train", { ...part, labels: train.labels.subarray(0, 400) });
    await writeImages(folder, "t10k", test);
    const options = ["--quick", "--images", folder, "--out", join(folder, "out")];
    const first = await runExperiment("mnist", ...options);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^9 runs to train\n/);
    for (const line of first.out.split("\n")) {
      if (!line.includes(folder)) assert.ok([...line].length <= 100, line);
    }
    const written = await Deno.readTextFile(join(folder, "out", "results.json"));
    const { runs }: MnistResults = JSON.parse(written);
    for (const { run, recalibrated, evalMode } of runs) {
      assert.equal(recalibrated !== null, run.norm === "batch norm");
      assert.ok(evalMode >= 0.04 && evalMode <= 1);
    }
    // After 400 images statistics with momentum 0.01 lag behind; measured afresh they do not.
    const small = runs.find(({ run }) =>
      run.norm === "batch norm" && run.batchSize === 4 && run.drawing === "at random"
    )!;
    assert.ok(small.recalibrated! > small.evalMode + 0.05, JSON.stringify(small));

    const again = await runExperiment("mnist", ...options, "--json");
    assert.equal(again.out, written);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
