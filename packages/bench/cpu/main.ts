/** `deno task bench:cpu`: our layers on the CPU beside all others, as ratios of one run. */
import type { Layout, Tensor } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { runTask } from "@renorm/terminal/run_task";
import { table } from "@renorm/terminal/text_table";
import { parseArgs } from "node:util";
import { timeContestants, type Times } from "./contestant.ts";
import { jaxContestant } from "./jax_contestant.ts";
import { copyOf, ownContestants } from "./own_contestants.ts";
import { tfjsContestants } from "./tfjs_contestants.ts";
import { type Case, torchTimes } from "./torch_times.ts";

const help = `Times a training forward and backward on the CPU, in both layouts of six shapes.

Usage: deno task bench:cpu [--json] [--repeats N] [--shape LIST] [--own]

  --repeats N   turns of each contestant, two steps counted in each (default: 20)
  --shape LIST  one shape instead of the six, channels-first: --shape 8,64,32,32
  --own         only our own layers, and the copy
  --json        print the results as JSON
  --help        print this text, as -h does; --version prints the version

First PyTorch on one thread, where python3 has it: its batch norm, and batch renorm written in its
operations. Then in turns a copy of x, core-math, and wasm-kernels with tensors anywhere and in
place; then jax-js on wasm under jit, and TensorFlow.js on cpu and wasm in its layout. Times are
medians in milliseconds; "x core-math" is how many times as long core-math takes.

Exit status: 0 done, 1 a contestant failed, 2 wrong usage.
`;

const shapes: readonly (readonly number[])[] = [
  [8, 64, 32, 32],
  [2, 64, 56, 56],
  [32, 64, 56, 56],
  [4, 256, 14, 14],
  [256, 512],
  [8, 3, 224, 224],
];

interface Arguments {
  readonly shapes: readonly (readonly number[])[];
  readonly repeats: number;
  readonly isOwn: boolean;
  readonly json: boolean;
}

/** One shape in a layout, with who was timed on it. */
interface Row extends Case {
  readonly times: readonly Times[];
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      repeats: { type: "string", default: "20" },
      shape: { type: "string" },
      own: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const repeats = Number(values.repeats);
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new RangeError(`--repeats expects an integer of at least 1: got ${values.repeats}`);
  }
  const shape = values.shape?.split(",").map(Number);
  if (shape && !([2, 4].includes(shape.length) && shape.every((n) => n > 0 && n % 1 === 0))) {
    throw new RangeError(`--shape expects two or four positive integers: got ${values.shape}`);
  }
  return { shapes: shape ? [shape] : shapes, repeats, isOwn: values.own, json: values.json };
}

/** The shape in both layouts; a table of rows is the same in either. */
function casesOf([n, c, ...spatial]: readonly number[]): Case[] {
  const first: Case = { shape: [n, c, ...spatial], layout: "channels-first" };
  return spatial.length === 0
    ? [first]
    : [first, { shape: [n, ...spatial, c], layout: "channels-last" }];
}

/** Our own layers, and the copy. */
async function ownTimes({ shape, layout }: Case, repeats: number): Promise<Times[]> {
  const { x, dy } = tensorsOf(shape);
  return await timeContestants([copyOf(x), ...ownContestants(x, dy, layout)], repeats);
}

/** The other libraries in JavaScript. */
async function otherTimes({ shape, layout }: Case, repeats: number): Promise<Times[]> {
  const { x, dy } = tensorsOf(shape);
  const isTfjs = layout === "channels-last" || shape.length === 2;
  const contestants = [
    await jaxContestant(x, dy, layout),
    ...isTfjs ? await tfjsContestants(x, dy) : [],
  ];
  try {
    return await timeContestants(contestants, repeats);
  } finally {
    for (const { close } of contestants) close?.();
  }
}

function tensorsOf(shape: readonly number[]): { x: Tensor; dy: Tensor } {
  const random = seededRandom(1);
  return { x: randomTensor(shape, random), dy: randomTensor(shape, random) };
}

async function compare({ shapes, repeats, isOwn, json }: Arguments): Promise<void> {
  const cases = shapes.flatMap(casesOf);
  const torch = isOwn ? null : await torchTimes(cases, 2 * repeats);
  // Before the others: once they have run in a process, core-math's loops take up to twice as long.
  const own = await eachOf(cases, (one) => ownTimes(one, repeats));
  const others = isOwn ? [] : await eachOf(cases, (one) => otherTimes(one, repeats));
  const rows = cases.map((one, i): Row => ({
    ...one,
    times: [...own[i], ...others[i] ?? [], ...torch?.[i] ?? []],
  }));
  if (json) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  for (const { shape, layout, times } of rows) print(shape, layout, times);
  if (!isOwn && !torch) console.log("\nno PyTorch: python3 cannot import torch");
}

/** Does something for each case, one after the other, and says on a terminal how far it is. */
async function eachOf<Result>(
  cases: readonly Case[],
  work: (one: Case) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const one of cases) {
    progress(`${results.length} of ${cases.length}: [${one.shape.join(", ")}] ${one.layout}`);
    results.push(await work(one));
  }
  progress("");
  return results;
}

function progress(text: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
}

function print(shape: readonly number[], layout: Layout, times: readonly Times[]): void {
  console.log(`\n[${shape.join(", ")}] ${layout}`);
  const plain = times.find(({ name }) => name === "core-math")!.both;
  const milliseconds = (value: number | null) =>
    value === null ? "" : value.toFixed(value < 1 ? 3 : 2);
  const cells = times.map(({ name, forward, backward, both }) => [
    name,
    milliseconds(forward),
    milliseconds(backward),
    milliseconds(both),
    (plain / both).toFixed(2),
  ]);
  const head = ["", "forward", "backward", "both", "x core-math"];
  console.log(table(head, cells).join("\n"));
}

await runTask({ name: "bench:cpu", help, read: readArguments, run: compare });
