/** `deno task bench:convert`: converting a large checkpoint beside copying it. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { run } from "../convert/cli/run.ts";
import { printHeader } from "../convert/formats/safetensors/header.ts";

const help = `Times the conversion of a .safetensors file beside a copy of it, three times each.

Usage: deno task bench:convert [--megabytes N]

  --megabytes N  size of the file, in MiB (default: 500)
  --help         print this text, as -h does; --version prints the version

Exit status: 0 done, 1 the file could not be written or converted, 2 wrong usage.
`;

const megabyte = 2 ** 20;

function readArguments(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { megabytes: { type: "string", default: "500" } },
  });
  const megabytes = Number(values.megabytes);
  if (!Number.isInteger(megabytes) || megabytes < 1) {
    throw new RangeError(`--megabytes expects an integer of at least 1: got ${values.megabytes}`);
  }
  return megabytes;
}

async function compare(megabytes: number): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "large.safetensors");
    await writeCheckpoint(file, megabytes);
    const out = join(folder, "out.safetensors");
    const terminal = { print: () => {}, printError: console.error, progress: () => {} };
    for (let round = 0; round < 3; round++) {
      const copy = await secondsOf(async () => {
        const [from, to] = [await Deno.open(file), await Deno.create(out)];
        await from.readable.pipeTo(to.writable);
      });
      await Deno.remove(out);
      const convert = await secondsOf(() => run(["to-renorm", file, "--out", out], terminal));
      await Deno.remove(out);
      const ratio = (convert / copy).toFixed(2);
      console.log(
        `convert ${convert.toFixed(2)} s, copy ${copy.toFixed(2)} s, convert / copy ${ratio}`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A checkpoint of one large tensor and one batch norm. */
async function writeCheckpoint(path: string, megabytes: number): Promise<void> {
  const large = megabytes * megabyte;
  const statistics = ["bn.running_mean", "bn.running_var"].map((name, i) => ({
    name,
    dtype: "F32",
    shape: [64],
    begin: large + 256 * i,
    end: large + 256 * (i + 1),
  }));
  const weight = { name: "weight", dtype: "F32", shape: [large / 4], begin: 0, end: large };
  const tensors = [weight, ...statistics];
  const file = await Deno.create(path);
  const writer = file.writable.getWriter();
  await writer.write(printHeader({ tensors, metadata: null }));
  const part = new Uint8Array(megabyte).map((_, i) => i);
  for (let i = 0; i < megabytes; i++) await writer.write(part);
  await writer.write(new Uint8Array(512));
  await writer.close();
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

await runTask({ name: "bench:convert", help, read: readArguments, run: compare });
