import { inspect } from "../../inspect.ts";
import type { ModelFormat } from "../format.ts";
import { planSafetensors } from "./convert_safetensors.ts";
import { planFolding } from "./fold_safetensors.ts";
import { openStateDict } from "./state_dict_file.ts";

/** A PyTorch `state_dict` in `.safetensors`. */
export const safetensorsFormat: ModelFormat = {
  recognises({ start }) {
    // The length of a header is far less than 2^48, and no text has zeros there. A file that was
    // cut short is one still: its header says what is wrong.
    return start[6] === 0 && start[7] === 0 && start[8] === "{".charCodeAt(0);
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
