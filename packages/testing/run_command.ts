import { stripVTControlCharacters } from "node:util";

/** Where a command runs and what it is told beside its arguments. */
export interface CommandOptions {
  readonly cwd: string;
  /** Variables to set beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What came of a command. */
export interface CommandOutput {
  readonly code: number;
  /** Standard output, trimmed. */
  readonly printed: string;
  /** Standard error, trimmed. */
  readonly errors: string;
}

/** Runs a command to its end, without colours and without an input. */
export async function commandOutput(
  path: string,
  args: readonly string[],
  { cwd, env = {} }: CommandOptions,
): Promise<CommandOutput> {
  const command = new Deno.Command(path, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  // Deno colours some of its hints in spite of NO_COLOR.
  const [printed, errors] = [stdout, stderr].map((bytes) =>
    stripVTControlCharacters(new TextDecoder().decode(bytes)).trim()
  );
  return { code, printed, errors };
}

/**
 * Runs a command to its end; gives what it printed on standard output.
 *
 * @throws {Error} When it fails; with the end of what it printed.
 */
export async function runCommand(
  path: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, printed, errors } = await commandOutput(path, args, options);
  if (code === 0) return printed;
  const shown = `${printed}\n${errors}`.trim().slice(-2000);
  throw new Error(`${path} ${args.slice(0, 2).join(" ")} ended with status ${code}\n${shown}`);
}
