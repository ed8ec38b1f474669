/** The texts of `--help`. */

/** What `--help` prints, with the command's name as it was called. */
export const help = (name: string): string =>
  `Finds, converts and folds the batch norms of model files.

Usage: ${name} COMMAND FILE [--out PATH] [options]

  inspect FILE       every batch norm and batch renorm, its options and its statistics
  to-renorm FILE     batch norm to batch renorm; predictions stay the same bits
  to-batchnorm FILE  batch renorm to batch norm; predictions stay the same bits
  fold FILE          batch norm into the layer before it, for export

FILE is a TensorFlow.js model.json (its shards beside it), a .keras archive of Keras 3 or its
config.json, a model of Keras in .h5, or a PyTorch state_dict in .safetensors or the
model.safetensors.index.json of several.

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

fold:
  --only PATTERN     only batch norms whose path matches the regular expression
  --skip PATTERN     none whose path matches

What a .safetensors file does not say:
  --eps X            added to a variance under the root (default 1e-5); PATH=X for the batch norms
                     of a path, in which * is any characters; may be repeated

fold of a .safetensors file, which holds no graph:
  --pair NORM=LAYER  the layer that a batch norm follows, by paths; may be repeated. Or a JSON file:
                     {"NORM": "LAYER"}
  --like FILE        the layers in the order of their calls, a JSON list or a line each, activations
                     included; or a model.json or Keras config with the same names
  --by-name          guess by names for the others: net.0 before net.1, conv1 before bn1
  --transposed LAYER a transposed convolution, by path; may be repeated

Exit status: 0 done; 1 a failure, as a file that cannot be opened or written, or an interruption;
2 what was given is refused: wrong usage, or a file that is no model of a format that is read. On
a failure nothing is written.
`;
