import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { convertToBatchRenorm, freezeBatchNorm } = renormLayers(tf);

/** A layer of a user's own class around another one; `Holder` keeps it in a list. */
function ownClass(className: string, isListed: boolean, isWeightless = false) {
  class Own extends tf.layers.Layer {
    static className = className;
    readonly norm: tf.layers.Layer | tf.layers.Layer[];
    constructor(config: { name?: string } = {}) {
      super(config as never);
      const norm = tf.layers.batchNormalization({ name: "within" });
      this.norm = isListed ? [norm] : norm;
    }
    override build(shape: tf.Shape) {
      const [norm] = [this.norm].flat();
      norm.build(shape);
      const [own, inner] = [this, norm] as unknown as Record<string, unknown>[];
      for (const key of isWeightless ? [] : ["_trainableWeights", "_nonTrainableWeights"]) {
        own[key] = inner[key];
      }
      this.built = true;
    }
    override call(x: tf.Tensor | tf.Tensor[], kwargs: never) {
      return [this.norm].flat()[0].call(x, kwargs);
    }
    override computeOutputShape(shape: tf.Shape) {
      return shape;
    }
  }
  tf.serialization.registerClass(Own as never);
  return Own;
}

/** A norm written out in a class of its own, under a name that says nothing. */
class Whitening extends tf.layers.Layer {
  static className = "Whitening";
  override build([, units]: tf.Shape) {
    this.addWeight("moving_mean", [units!], "float32", tf.initializers.zeros(), undefined, false);
    this.built = true;
  }
}
tf.serialization.registerClass(Whitening as never);

Deno.test("norms that the code of a user's own layer makes are named as left", async () => {
  const Kinds = [
    ownClass("Field", false),
    ownClass("Listed", true),
    ownClass("Weightless", false, true),
    Whitening,
  ];
  const block = tf.sequential({
    name: "block",
    layers: Kinds.map((Kind, i) =>
      new Kind({ name: `own${i}`, ...i === 0 && { inputShape: [3] } } as never) as tf.layers.Layer
    ),
  });
  const wrapper = tf.layers.timeDistributed({
    layer: tf.layers.batchNormalization({ name: "known" }),
    name: "wrapper",
  }) as tf.layers.Layer;
  const model = tf.sequential({
    layers: [block, tf.layers.reshape({ targetShape: [1, 3] }), wrapper],
  });
  const conversion = await convertToBatchRenorm(model);
  assert.deepEqual(conversion.converted.map(({ path }) => path), ["wrapper.known"]);
  const paths = ["own0", "own1", "own2", "own3"].map((name) => `block.${name}`);
  assert.deepEqual(conversion.skipped.map(({ path }) => path), paths);
  assert.match(conversion.skipped[0].reason, /^Field holds BatchNormalization of its own/);
  assert.match(conversion.skipped[3].reason, /^Whitening holds moving averages, own3\/moving_mean/);
  assert.match(String(conversion), /block.own1 {2}! Listed holds/);
  assert.match(String(conversion), /\n1 converted, 4 skipped$/);
});

Deno.test("norms within a user's own layer are reached by all that works on layers in place", () => {
  const Own = ownClass("Field", false);
  const model = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [3] }),
      new Own({ name: "own" }) as tf.layers.Layer,
    ],
  });
  assert.deepEqual(freezeBatchNorm(model), ["own.within"]);
  assert.equal([(model.layers[1] as InstanceType<typeof Own>).norm].flat()[0].trainable, false);
});
