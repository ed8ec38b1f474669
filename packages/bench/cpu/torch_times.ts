import type { Layout } from "@renorm/core-math";
import { fileURLToPath } from "node:url";
import type { Times } from "./contestant.ts";

/** A shape in its layout. */
export interface Case {
  readonly shape: readonly number[];
  readonly layout: Layout;
}

/** PyTorch's times for each case, on one thread; null where `python3` has no PyTorch. */
export async function torchTimes(
  cases: readonly Case[],
  repeats: number,
): Promise<readonly (readonly Times[])[] | null> {
  const python = await pythonWithTorch();
  if (!python) return null;
  const script = fileURLToPath(new URL("./torch_times.py", import.meta.url));
  const child = new Deno.Command(python, {
    args: [script],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify({ cases, repeats })));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("PyTorch ended with an error");
  const results: Record<"native" | "renorm", [number, number]>[] = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const named = { native: "PyTorch batch norm", renorm: "PyTorch batch renorm" };
  return results.map((result) =>
    (["native", "renorm"] as const).map((key): Times => {
      const [forward, backward] = result[key];
      return { name: named[key], forward, backward, both: forward + backward };
    })
  );
}

/** The first Python that has it: the one of the path, or the system's. */
async function pythonWithTorch(): Promise<string | null> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      const { success } = await new Deno.Command(python, {
        args: ["-c", "import torch"],
        stderr: "null",
      }).output();
      if (success) return python;
    } catch {
      // There is none of that name.
    }
  }
  return null;
}
