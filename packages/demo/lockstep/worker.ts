/// <reference lib="deno.worker" />
/**
 * One process of a training in lockstep: it has its samples, and hears of the others by messages.
 */
import { type Share, sharedNorm } from "./shared_norm.ts";
import { type Batches, trainNet } from "./train_net.ts";

/** Tells the others, and waits for what they come to together. */
function ask<T>(kind: keyof Share, own: T): Promise<T> {
  return new Promise((resolve) => {
    self.onmessage = ({ data }) => resolve(data);
    self.postMessage({ kind, own });
  });
}

self.onmessage = async ({ data }: MessageEvent<Batches>) => {
  const share: Share = {
    moments: (own) => ask("moments", own),
    gradientSums: (own) => ask("gradientSums", own),
    sum: (own) => ask("sum", own),
  };
  const losses = await trainNet(data, sharedNorm(share), share.sum);
  self.postMessage({ kind: "losses", own: losses });
};
