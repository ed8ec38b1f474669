import type { ParityResult } from "../run_cases.ts";

/** A program to run, with its arguments and environment. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a program that takes the cases on standard input and prints a JSON line a result. A program
 * that ends badly or prints nothing is a failed result of its own.
 */
export async function* readResults(
  target: string,
  { path, args, env }: Program,
  input: string,
): AsyncIterable<ParityResult> {
  const process = new Deno.Command(path, {
    args: [...args],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(input)).then(() => writer.close());
  const { success, stdout, stderr } = await process.output();
  await written.catch(() => {});
  const decoder = new TextDecoder();
  const lines = decoder.decode(stdout).split("\n").filter((line) => line.startsWith("{"));
  for (const line of lines) yield readResult(line);
  if (!success || lines.length === 0) {
    const error = decoder.decode(stderr).trim().slice(-500) || "no result and no message";
    yield { name: "the run itself", target, layout: "channels-first", error };
  }
}

/**
 * A result from its line. JSON has no infinity: the error where a target gave no number came as
 * null.
 */
export function readResult(line: string): ParityResult {
  const result: ParityResult = JSON.parse(line);
  const { comparison } = result;
  if (!comparison) return result;
  return { ...result, comparison: { ...comparison, error: comparison.error ?? Infinity } };
}
