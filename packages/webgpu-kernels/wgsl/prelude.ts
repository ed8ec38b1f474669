import type { StorageType } from "../tensors/gpu_tensor.ts";

/** Neighbouring values that a thread takes at once: 4 where the contiguous side allows, else 1. */
export type PackWidth = 1 | 4;

/** The types and helpers by which one kernel serves both storages and both widths. */
export function preludeWgsl(storage: StorageType, width: PackWidth): string {
  const scalar = storage === "float16" ? "f16" : "f32";
  const enable = storage === "float16" ? "enable f16;\n" : "";
  return enable + (width === 4 ? vectorPrelude(scalar) : scalarPrelude(scalar));
}

function vectorPrelude(scalar: string): string {
  return /* wgsl */ `
alias Stored = vec4<${scalar}>;
alias Pack = vec4<f32>;
alias Bits = vec4<u32>;
const WIDTH = 4u;
fn total(pack: Pack) -> f32 { return (pack.x + pack.y) + (pack.z + pack.w); }
fn most(pack: Pack) -> f32 { return max(max(pack.x, pack.y), max(pack.z, pack.w)); }
fn component(pack: Pack, i: u32) -> f32 { return pack[i]; }
fn gather(rows: array<vec4<f32>, 4>, i: u32) -> Pack {
  return Pack(rows[0][i], rows[1][i], rows[2][i], rows[3][i]);
}
`;
}

function scalarPrelude(scalar: string): string {
  return /* wgsl */ `
alias Stored = ${scalar};
alias Pack = f32;
alias Bits = u32;
const WIDTH = 1u;
fn total(pack: Pack) -> f32 { return pack; }
fn most(pack: Pack) -> f32 { return pack; }
fn component(pack: Pack, _i: u32) -> f32 { return pack; }
fn gather(rows: array<vec4<f32>, 1>, i: u32) -> Pack { return rows[0][i]; }
`;
}
