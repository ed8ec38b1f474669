/**
 * `√(variance + eps)`. Where both are small they are scaled up before they are added: below
 * float32's normal range a driver may take a number for 0.
 */
export const deviationWgsl: string = /* wgsl */ `
fn deviation(variance: f32) -> f32 {
  let small = sqrt(variance * 0x1p64 + params.scaled_eps) * 0x1p-32;
  return select(sqrt(variance + params.eps), small, variance < 0x1p-60 && params.eps < 0x1p-60);
}
`;
