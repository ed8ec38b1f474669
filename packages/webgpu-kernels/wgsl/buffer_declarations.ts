/** The buffers that several kernels bind, as they declare them. */

/** The input. */
export const readInputWgsl: string = /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;
`;

/** The gradient that comes back. */
export const readGradientWgsl: string = /* wgsl */ `
@group(1) @binding(1) var<storage, read> dy: array<Stored>;
`;

/** The table as it is bound where it is only read. */
export const readTableWgsl: string = /* wgsl */ `
@group(0) @binding(2) var<storage, read> table: array<vec4<f32>>;
`;

/** The table as it is bound where it is written. */
export const writeTableWgsl: string = /* wgsl */ `
@group(0) @binding(2) var<storage, read_write> table: array<vec4<f32>>;
`;

/** Weight and bias. */
export const readParametersWgsl: string = /* wgsl */ `
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
`;

/** The partials as they are bound where they are written. */
export const writePartialsWgsl: string = /* wgsl */ `
@group(0) @binding(1) var<storage, read_write> partials: array<Partial>;
`;
