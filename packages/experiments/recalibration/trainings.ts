/** The networks that are recalibrated, and what each is trained with. */
import { defaultTraining, type Run, type TrainingSettings } from "../digits/settings.ts";

/** How a network is trained. */
export type Training = "class by class" | "at random" | "slow momentum";

/** What is different from the experiment's batch norm at random in batches of 4. */
export const trainings: Readonly<
  Record<Training, Partial<Pick<Run, "drawing"> & Pick<TrainingSettings, "momentum">>>
> = {
  "class by class": { drawing: "class by class" },
  "at random": {},
  "slow momentum": { momentum: 1e-4 },
};

/** A network: how it is trained, from which start. */
export interface TrainedNetwork {
  readonly training: Training;
  readonly seed: number;
}

/** All that decides a network's numbers but itself. */
export type RecalibrationSettings = Pick<TrainingSettings, "epochs">;

/** A network's run and settings in the words of the experiment. */
export function trainingOf(
  { training, seed }: TrainedNetwork,
  { epochs }: RecalibrationSettings,
): { readonly run: Run; readonly settings: TrainingSettings } {
  const { drawing = "at random", ...different } = trainings[training];
  return {
    run: { norm: "batch norm", batchSize: 4, drawing, seed },
    settings: { ...defaultTraining, ...different, epochs },
  };
}
