/** Colours of Okabe and Ito, which colour-blind people tell apart. */
export const colours = {
  "batch norm": "#D55E00",
  "batch renorm": "#0072B2",
  rmax: "#009E73",
  dmax: "#CC79A7",
};
