/** The texts of `--help`. */

/** What `--help` prints, with the command's name as it was called. */
export const help = (name: string): string =>
  `Finds, converts and folds the batch norms of model files.

Usage: ${name} COMMAND FILE [--out PATH] [options]

  inspect FILE       every batch norm and batch renorm, its options and its statistics
  to-renorm FILE     batch norm to batch renorm; predictions stay the same bits
  to-batchnorm FILE  batch renorm to batch norm; predictions stay the same bits
  fold FILE          batch norm into the layer before it, for export

FILE is a TensorFlow.js model.json (its shards beside it), a .keras archive or the config.json of
Keras 3, or a PyTorch state_dict in .safetensors.

  --out PATH         where the result goes; all commands but inspect need it
  --force            write over files that are there, the input included
  --json             print the result as JSON
  --help             print this text, as -h does; --version prints the version

to-renorm and to-batchnorm:
  --momentum X       weight of the new batch from now on, in [0, 1]
  --only PATTERN     only layers whose path matches the regular expression
  --skip             leave layers that cannot be converted, instead of failing

to-renorm:
  --rmax X           largest r, at least 1 (default 3)
  --dmax X           largest |d|, at least 0 (default 5)
  --warmup-steps N   training steps over which the limits open (default 5000)
  --schedule JSON    the limits over the steps instead: {"rmax": [[0, 1], [9, 3]], "dmax": ...}
  --warmup WHERE     restart, continue, or a step (default restart)
  --statistics WHICH of a model that Keras trained with renorm=True: inference or training
                     (default inference)

A .safetensors file does not say:
  --eps X            added to a variance under the root (default 1e-5)
  --pair NORM=LAYER  for fold: the layer before a batch norm, by paths; may be repeated

Exit status: 0 done, 1 a file that cannot be read, converted or written, 2 wrong usage. On a failure
nothing is written.
`;
