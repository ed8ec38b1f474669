/** What all tasks have in common: their help, their version, and what their exit statuses mean. */

/** A task: `deno task NAME`. */
export interface Task<Given> {
  readonly name: string;
  /** The text of `--help`. */
  readonly help: string;
  /** Reads the command line; throws for a wrong one. */
  readonly read: (args: string[]) => Given | Promise<Given>;
  /** Does it; gives the exit status, or nothing for 0. */
  run(given: Given): Promise<number | void>;
}

/** Runs a task with arguments, those of this process by default, and ends the process. */
export async function runTask<Given>(task: Task<Given>, args = Deno.args): Promise<never> {
  Deno.exit(await statusOf(task, args));
}

/** 0 where all went well, 1 for a failure, 2 for wrong usage. */
async function statusOf<Given>({ name, help, read, run }: Task<Given>, args: string[]) {
  const has = (...options: string[]) => args.some((arg) => options.includes(arg));
  if (has("--help", "-h")) {
    console.log(help.trimEnd());
    return 0;
  }
  if (has("--version")) {
    console.log(`renorm ${await version()}`);
    return 0;
  }
  let given: Given;
  try {
    given = await read(args);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}\n--help says more`);
    return 2;
  }
  try {
    return await run(given) ?? 0;
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    return 1;
  }
}

/** The version of all packages. */
async function version(): Promise<string> {
  const settings = new URL("../core-math/deno.json", import.meta.url);
  return JSON.parse(await Deno.readTextFile(settings)).version;
}
