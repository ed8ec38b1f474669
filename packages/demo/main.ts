/** `deno task demo`: batch renorm at work on the notebook's noise and on real digits. */
import { parseArgs } from "node:util";
import { loadDigits } from "./digits.ts";
import { computeResults, stepCount } from "./results.ts";
import { textReport } from "./text_report.ts";

const help =
  `Shows batch norm and batch renorm side by side, on the notebook's noise and on real digits.

Usage: deno task demo [--out FILE] [--json] [--seed N]

  --out FILE  also write the results with charts to an HTML file of its own
  --json      print the results as JSON and nothing else
  --seed N    seed of the batches and the convolution (default: 0)
  --help      print this text

Exit status: 0 done, 1 the report could not be written, 2 wrong usage.
`;

interface Arguments {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly seed: number;
}

function readArguments(args: string[]): Arguments | "help" {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string" },
      json: { type: "boolean", default: false },
      seed: { type: "string", default: "0" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`--seed expects an integer in [0, 2^32 - 1]: got ${values.seed}`);
  }
  if (values.out === "") throw new RangeError("--out expects a file: got an empty name");
  return { out: values.out, json: values.json, seed };
}

async function main(args: string[]): Promise<number> {
  let given: Arguments | "help";
  try {
    given = readArguments(args);
  } catch (error) {
    console.error(`demo: ${(error as Error).message}`);
    return 2;
  }
  if (given === "help") {
    console.log(help.trimEnd());
    return 0;
  }
  const { out, json, seed } = given;
  const onStep = hasRoomForBar() && !json ? await progressBar() : () => {};
  const results = await computeResults(await loadDigits(), seed, onStep);
  await onStep("done");
  console.log(json ? JSON.stringify(results, null, 2) : textReport(results));
  if (out === undefined) return 0;
  const { htmlReport } = await import("./html_report.ts");
  try {
    await Deno.writeTextFile(out, htmlReport(results));
  } catch (error) {
    console.error(
      `demo: --out expects a file that can be written: got ${(error as Error).message}`,
    );
    return 1;
  }
  if (!json) console.log(`\nThe same with charts: ${out}`);
  return 0;
}

/** Whether standard output is a terminal that is wide enough for a bar and a name. */
function hasRoomForBar(): boolean {
  return Deno.stdout.isTerminal() && Deno.consoleSize().columns >= 80;
}

/** A bar that moves on with each step; for terminals. */
async function progressBar(): Promise<(name: string) => Promise<void>> {
  const { progress } = await import("@clack/prompts");
  const bar = progress({ max: stepCount + 1, size: 40 });
  bar.start("Computing");
  return async (name) => {
    if (name === "done") bar.stop("Computed");
    else bar.advance(1, name);
    // Lets the terminal draw between the steps.
    await new Promise((resolve) => setTimeout(resolve));
  };
}

Deno.exit(await main(Deno.args));
