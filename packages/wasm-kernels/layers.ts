/** The layers of core-math over the loops in WebAssembly: options, state, modes and errors are theirs. */
import * as core from "@renorm/core-math";
import type { InnerLoops } from "@renorm/core-math";
import { loops } from "./loops.ts";

/** Batch norm over `[n, c]` or `[n, c, l]`: `BatchNorm1d` of core-math, faster. */
export class BatchNorm1d extends core.BatchNorm1d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/** Batch norm over images `[n, c, h, w]`: `BatchNorm2d` of core-math, faster. */
export class BatchNorm2d extends core.BatchNorm2d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/** Batch norm over volumes `[n, c, d, h, w]`: `BatchNorm3d` of core-math, faster. */
export class BatchNorm3d extends core.BatchNorm3d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/** Batch renorm over `[n, c]` or `[n, c, l]`: `BatchRenorm1d` of core-math, faster. */
export class BatchRenorm1d extends core.BatchRenorm1d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/** Batch renorm over images `[n, c, h, w]`: `BatchRenorm2d` of core-math, faster. */
export class BatchRenorm2d extends core.BatchRenorm2d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/** Batch renorm over volumes `[n, c, d, h, w]`: `BatchRenorm3d` of core-math, faster. */
export class BatchRenorm3d extends core.BatchRenorm3d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}
