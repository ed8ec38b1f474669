/** Two networks from one start on the same batches: batch norm beside batch renorm. */
import type { TrainingData } from "@renorm/experiments/data/labelled_images";
import * as tf from "@tensorflow/tfjs";
import { type Limits, limitsAt, linearWarmup } from "@renorm/schedule";
import { oneHot } from "@renorm/experiments/training/cross_entropy";
import { imageTensor } from "@renorm/experiments/training/evaluate";
import type { PageSettings } from "../settings.ts";
import { type Answer, answerOf } from "./answer.ts";
import { batchMoments, type ChannelMoments, splitLayers } from "./batch_moments.ts";
import { drawBatches, measuredBatches } from "./measured_batches.ts";
import { measureOn, type Reading } from "./measured_images.ts";
import { makeNetwork, type NetworkState, pairNorms } from "./network.ts";
import { readAtOnce } from "./read_at_once.ts";

/** One value for each of the two networks, batch norm first. */
export type Both<T> = readonly [T, T];

/** What a norm layer saw in one step. */
export interface LayerStep {
  readonly batch: ChannelMoments;
  /** The running statistics that the step began with. */
  readonly running: ChannelMoments;
}

/** One step of both. */
export interface TrainedStep {
  /** From 1. */
  readonly step: number;
  /** The images that were learned from. */
  readonly images: readonly number[];
  readonly losses: Both<number>;
  /** The norm layers from the input on. */
  readonly layers: Both<readonly LayerStep[]>;
}

/** From what a run goes on. */
export interface Snapshot {
  readonly step: number;
  readonly networks: Both<NetworkState>;
}

/** Two networks in training. */
export interface Pair {
  /** Steps so far. */
  step(): number;
  /** Trains both on the next batch. */
  train(): Promise<TrainedStep>;
  /** Reads the test images with both; their state stays as it is. */
  read(): Promise<Both<Reading>>;
  /** Reads the first image of a batch, `[n, size, size]`, with both; their state stays as it is. */
  answer(pixels: Float32Array): Promise<Both<Answer>>;
  snapshot(): Promise<Snapshot>;
  dispose(): void;
}

/** The limits of both norms at a step of the training. */
export function pairLimits(settings: PageSettings, step: number): Both<Limits> {
  const { rmax, dmax, warmupSteps } = settings;
  return [{ rmax: 1, dmax: 0 }, limitsAt(linearWarmup({ rmax, dmax, warmupSteps }), step)];
}

/** Makes the pair at its start, or where a snapshot was taken. */
export async function makePair(
  { train, test }: TrainingData,
  settings: PageSettings,
  from: Snapshot | null,
): Promise<Pair> {
  const { momentum } = settings;
  let step = from?.step ?? 0;
  const batches = drawBatches(train, settings);
  for (let drawn = 0; drawn < step; drawn++) batches.next();
  const networks = await Promise.all(
    pairNorms.map((norm, i) => makeNetwork(norm, settings, step, from ? from.networks[i] : null)),
  );
  const measured = measureOn(test, measuredBatches(test, settings));
  let running = split(await readAtOnce(() => networks.map((network) => network.runningStats())));
  /** What the next batch will have, and so all that is read until then. */
  const nextLimits = () => pairLimits(settings, step + 1);

  return {
    step: () => step,
    async train() {
      const images = batches.next().value;
      const [x, y] = [imageTensor(train, images), oneHot(images.map((i) => train.labels[i]))];
      // One wait for both networks and everything that is looked at.
      const [losses, ...stats] = await readAtOnce(() => {
        const losses = networks.map((network) => network.train(x, y));
        return [tf.stack(losses), ...networks.map((network) => network.runningStats())];
      });
      tf.dispose([x, y]);
      step++;
      const before = running;
      running = split(stats);
      const layers = running.map((layers, n) =>
        layers.map((after, l) => ({
          batch: batchMoments(before[n][l], after, momentum),
          running: before[n][l],
        }))
      );
      return { step, images, losses: both([...losses]), layers: both(layers) };
    },
    async read() {
      const limits = nextLimits();
      const readings = [];
      for (const [n, { model }] of networks.entries()) {
        readings.push(await measured.read(model, limits[n]));
      }
      return both(readings);
    },
    async answer(pixels) {
      const limits = nextLimits();
      const answers = networks.map(({ model }, n) => answerOf(model, pixels, test.size, limits[n]));
      return both(await Promise.all(answers));
    },
    async snapshot() {
      return { step, networks: both(await Promise.all(networks.map(({ state }) => state()))) };
    },
    dispose() {
      measured.dispose();
      for (const network of networks) network.dispose();
    },
  };
}

function split(stats: readonly Float32Array[]): ChannelMoments[][] {
  return stats.map(splitLayers);
}

function both<T>([first, second]: readonly T[]): Both<T> {
  return [first, second];
}
