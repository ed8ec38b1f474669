export { planeGradientSums, rowGradientSums } from "./gradient_sums";
export { planeInputGradient, rowInputGradient } from "./input_gradient";
export { planeMoments, rowMoments } from "./moments";
export { planeNormalize, rowNormalize } from "./normalize";
export {
  centre,
  constant,
  end,
  high,
  meanDy,
  mostChannels,
  ofDy,
  ofX,
  product,
  sum,
} from "./tables";
