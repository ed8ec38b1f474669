import { runAll } from "../runs/run_all.ts";
import { crossqExperiment } from "./experiment.ts";
import { defaultSettings, grid } from "./settings.ts";
await runAll(crossqExperiment, {
  runs: grid([0, 1, 2, 3, 4]),
  settings: defaultSettings,
  out: "/tmp/crossq_out",
  jobs: 1,
  isSilent: false,
});
