import { inspect } from "../../inspect.ts";
import type { ModelFormat } from "../format.ts";
import { planSafetensors } from "./convert_safetensors.ts";
import { planFolding } from "./fold_safetensors.ts";
import { openStateDict } from "./state_dict_file.ts";

/** A PyTorch `state_dict` in `.safetensors`. */
export const safetensorsFormat: ModelFormat = {
  recognises({ source, start }) {
    if (start.length < 9 || start[8] !== "{".charCodeAt(0)) return false;
    const length = new DataView(start.slice(0, 8).buffer).getBigUint64(0, true);
    return length <= source.size - 8;
  },
  async inspect({ source }, options) {
    const { root, adapter } = await openStateDict(source, options);
    return await inspect(root, adapter);
  },
  async convert({ source }, { statistics: _ofKeras, ...options }, out) {
    const { chunks, ...report } = await planSafetensors(source, options);
    return { report, outputs: [{ path: out, chunks }] };
  },
  async fold({ source }, options, out) {
    const { chunks, ...report } = await planFolding(source, options);
    return { report, outputs: [{ path: out, chunks }] };
  },
};
