/** `deno task experiment NAME`: a training that a claim rests on. */
import { runTask, type Task } from "@renorm/terminal/run_task";

/** An experiment, of which nothing is loaded before it is asked for. */
interface Entry {
  /** What it is, on one line of the help. */
  readonly about: string;
  readonly load: () => Promise<{ readonly task: Task<unknown> }>;
}

const experiments: Readonly<Record<string, Entry>> = {
  crossq: {
    about: "reinforcement learning on a pendulum: CrossQ with three norms, and SAC",
    load: () => import("./crossq/task.ts"),
  },
  digits: {
    about: "four norms in batches of 2, 4 and 32, at random and class by class",
    load: () => import("./digits/task.ts"),
  },
  federated: {
    about: "ten clients with one or two digits each, and what a server makes of their norms",
    load: () => import("./federated/task.ts"),
  },
  mnist: {
    about: "MNIST in batches of 2 and 4, and batch norm recalibrated afterwards",
    load: () => import("./mnist/task.ts"),
  },
  "fine-tuning": {
    about: "a pre-trained network in small and ordered batches, norms frozen or thawed",
    load: () => import("./fine-tuning/task.ts"),
  },
  recalibration: {
    about: "batch norm before and after its running statistics are measured afresh",
    load: () => import("./recalibration/task.ts"),
  },
};

const names = Object.keys(experiments);

const help =
  `Runs a training that a claim of the README rests on; docs/experiments.md has the results.

Usage: deno task experiment NAME [options]

${names.map((name) => `  ${name.padEnd(16)}${experiments[name].about}`).join("\n")}

  --help            print this text, as -h does; after a NAME, that experiment's options
  --version         print the version

Exit status: 0 done, 1 a run failed or the results could not be written, 2 wrong usage.
`;

/** What happens where no experiment is named: it is said which there are. */
const unnamed: Task<never> = {
  name: "experiment",
  help,
  read([name = "nothing"]) {
    throw new TypeError(`a name is expected, one of ${names.join(", ")}: got ${name}`);
  },
  async run() {},
};

const [name, ...options] = Deno.args;
if (Object.hasOwn(experiments, name)) {
  await runTask((await experiments[name].load()).task, options);
} else {
  await runTask(unnamed);
}
