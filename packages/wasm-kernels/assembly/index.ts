export { exactSums } from "./exact_sums";
export { gradientSums } from "./gradient_sums";
export { inputGradient } from "./input_gradient";
export { moments } from "./moments";
export { normalize } from "./normalize";
