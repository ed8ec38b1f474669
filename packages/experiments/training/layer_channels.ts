/** Channels of each convolution of the MiniCNN and its norm, from the input on. */
export const layerChannels = [16, 32] as const;
