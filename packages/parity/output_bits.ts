import type { StepOutput } from "./run_case.ts";

/** The SHA-256 of all that the steps of a case gave: two runs with the same have the same bits. */
export async function bitsOf(outputs: readonly StepOutput[]): Promise<string> {
  const parts: BlobPart[] = [];
  for (const output of outputs) {
    for (const name of Object.keys(output).sort() as (keyof StepOutput)[]) {
      const value = output[name];
      parts.push(`${name}:${typeof value === "number" ? value : value?.length}`);
      if (value instanceof Float32Array) parts.push(value.slice());
    }
  }
  const bytes = await new Blob(parts).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
