/** What the page and its worker tell each other. */
import type { LayerCorrection } from "@renorm/experiments/training/evaluate";
import type { Limits } from "@renorm/schedule";
import type { PageSettings } from "./settings.ts";
import type { Answer } from "./training/answer.ts";
import type { BackendWish, RunningBackend } from "./training/backend_wish.ts";
import type { Reading } from "./training/measured_images.ts";
import type { Both, Snapshot, TrainedStep } from "./training/pair.ts";

/** What the page tells the worker; it does one after another. */
export type Order =
  /** Comes first, once. */
  | { readonly kind: "open"; readonly backend: BackendWish }
  /** Makes the networks, at their start or as in a snapshot, in place of those that are there. */
  | {
    readonly kind: "build";
    /** Comes back with all news of these networks. */
    readonly run: number;
    readonly settings: PageSettings;
    readonly from: Snapshot | null;
  }
  | { readonly kind: "train" }
  | { readonly kind: "step" }
  /** Ends every training that was ordered before it; so does `build`. */
  | { readonly kind: "pause" }
  /**
   * Asks what both networks make of the first image of each batch, `[n, size, size]`, all at one
   * step. It is answered between two, and of what a reader has asked only the last.
   */
  | {
    readonly kind: "read";
    readonly reader: Reader;
    /** Comes back with the answer. */
    readonly question: number;
    readonly batches: readonly Float32Array[];
  }
  /** Asks whether the worker is there still; it is answered at once. */
  | { readonly kind: "ping" };

/** A part of the page that has single images read. */
export type Reader = "company" | "drawing";

/** What is measured every few steps. */
export interface Measurement {
  readonly step: number;
  readonly readings: Both<Reading>;
  /** In force at this step. */
  readonly limits: Both<Limits>;
  /** Of the steps since the last measurement, a norm layer each; null before the first step. */
  readonly corrections: Both<readonly LayerCorrection[]> | null;
}

/** All digits, in the order of the indices in other news. */
export interface Images {
  /** Pixels of shape `[n, size, size]` in [0, 1]. */
  readonly pixels: Float32Array;
  readonly labels: Uint8Array;
  readonly size: number;
  /** How many of them are learned from, the first ones. */
  readonly trainCount: number;
}

/** Why a training ended: as it was told, after many steps, or with a loss that is no number. */
export type PauseReason = "told" | "long" | "diverged";

/** What the worker tells the page. */
export type News =
  | { readonly kind: "opened"; readonly backend: RunningBackend; readonly images: Images }
  | { readonly kind: "trained"; readonly run: number; readonly steps: readonly TrainedStep[] }
  | {
    readonly kind: "measured";
    readonly run: number;
    readonly measurement: Measurement;
    /** From here the run can go on elsewhere. */
    readonly snapshot: Snapshot;
  }
  | { readonly kind: "paused"; readonly run: number; readonly reason: PauseReason }
  | {
    readonly kind: "answered";
    readonly run: number;
    readonly reader: Reader;
    readonly question: number;
    /** For each batch. */
    readonly answers: readonly Both<Answer>[];
  }
  /** The answer to a ping. */
  | { readonly kind: "alive" }
  /** The device is gone, or something went wrong; another worker may do better. */
  | { readonly kind: "lost"; readonly reason: string }
  /** There is nothing to train on, and another worker would find no more. */
  | { readonly kind: "failed"; readonly reason: string };
