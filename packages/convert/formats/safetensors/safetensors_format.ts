import { inspect, inspection } from "../../inspect.ts";
import type { ModelFormat } from "../model_format.ts";
import { checkpointNotes } from "./checkpoint_notes.ts";
import { planSafetensors } from "./convert_safetensors.ts";
import { planFolding } from "./fold_safetensors.ts";
import {
  beginsWithHeader,
  checkpointOutputs,
  openShards,
  readIndex,
} from "./sharded_checkpoint.ts";
import { openStateDict } from "./state_dict_file.ts";

/** A PyTorch `state_dict` in `.safetensors`, or in several of them with an index. */
export const safetensorsFormat: ModelFormat = {
  recognises: async (file) => beginsWithHeader(file) || await readIndex(file) !== null,
  async inspect(file, options) {
    const opened = await openStateDict(await openShards(file), options);
    const { layers } = await inspect(opened.root, opened.adapter);
    return inspection(layers, await checkpointNotes(opened)([]));
  },
  async convert(file, { statistics: _ofKeras, ...options }, out) {
    const planned = await planSafetensors(await openShards(file), options);
    return { report: planned.report, outputs: await checkpointOutputs(file, planned, out) };
  },
  async fold(file, options, out) {
    const planned = await planFolding(await openShards(file), options);
    return { report: planned.report, outputs: await checkpointOutputs(file, planned, out) };
  },
};
