import { checkOptions, expects, show } from "@renorm/core-math/checks";
import { parseSchedule, type Schedule } from "@renorm/schedule";
import type { ModelAdapter } from "./model_adapter.ts";
import type { NormLayer, RenormLimits } from "./norm_layer.ts";

/** Options of both converters. */
export interface ConvertOptions {
  /** Weight of the new batch from now on, in `[0, 1]`. Default: that of each layer. */
  momentum?: number;
  /** Which layers to convert, by path and reading. Default: all. */
  filter?: (path: string, layer: NormLayer) => boolean;
  /** Whether a layer that cannot be converted is an error or left as it is. Default `"throw"`. */
  onUnsupported?: "throw" | "skip";
}

/** Options of {@linkcode convertToBatchRenorm}: the notebook's three, and more. */
export interface ConvertToBatchRenormOptions extends ConvertOptions {
  /** Largest r after the warm-up, at least 1. Default 3. */
  rmax?: number;
  /** Largest |d| after the warm-up, at least 0. Default 5. */
  dmax?: number;
  /** Training forwards over which the limits open. Default 5000. */
  warmupSteps?: number;
  /** The limits over the steps, instead of the three above. */
  schedule?: Schedule;
  /**
   * Where the warm-up stands: `"restart"` at its beginning, `"continue"` at the number of batches
   * the layer has tracked, or at a step. Default `"restart"`.
   */
  warmup?: "restart" | "continue" | number;
}

/** How to read a model that is given as it is. */
export interface AdapterOption<Node extends object> {
  /** How to read the model. Default: recognised by its shape, see {@linkcode adapterFor}. */
  adapter?: ModelAdapter<Node>;
}

const commonNames = ["adapter", "momentum", "filter", "onUnsupported"];
const renormNames = ["rmax", "dmax", "warmupSteps", "schedule", "warmup"];

/** Throws unless every option is known and in range. */
export function checkConvertOptions(
  owner: string,
  options: ConvertToBatchRenormOptions & { adapter?: unknown },
  toRenorm: boolean,
): void {
  const names = [...commonNames, ...toRenorm ? renormNames : []];
  const { adapter: _adapter, filter, onUnsupported, schedule, warmup, ...numbers } = options;
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new TypeError(expects(owner, `options among ${names.join(", ")}`, show(name)));
    }
  }
  checkOptions(owner, numbers, ["momentum", "rmax", "dmax", "warmupSteps"]);
  if (filter !== undefined && typeof filter !== "function") {
    throw new TypeError(expects(owner, "filter to be a function", show(filter)));
  }
  if (![undefined, "throw", "skip"].includes(onUnsupported)) {
    throw new RangeError(
      expects(owner, 'onUnsupported to be "throw" or "skip"', show(onUnsupported)),
    );
  }
  const isStep = Number.isSafeInteger(warmup) && Number(warmup) >= 0;
  if (!isStep && ![undefined, "restart", "continue"].includes(warmup as string | undefined)) {
    const wanted = 'warmup to be "restart", "continue" or a step of at least 0';
    throw new RangeError(expects(owner, wanted, show(warmup)));
  }
  if (schedule !== undefined) {
    parseSchedule(schedule);
    if (numbers.rmax !== undefined || numbers.dmax !== undefined || "warmupSteps" in numbers) {
      const wanted = "either schedule or rmax, dmax and warmupSteps";
      throw new TypeError(expects(owner, wanted, "both"));
    }
  }
}

/** The limits that the options ask for; null when they name none. */
export function limitsOf(
  { rmax, dmax, warmupSteps, schedule }: ConvertToBatchRenormOptions,
): RenormLimits | null {
  if (schedule) return { schedule };
  if (rmax === undefined && dmax === undefined && warmupSteps === undefined) return null;
  return { rmax: rmax ?? 3, dmax: dmax ?? 5, warmupSteps: warmupSteps ?? 5000 };
}
