import * as tf from "@tensorflow/tfjs";

/** Arguments of a {@linkcode groupNormalization} layer. */
export interface GroupNormalizationConfig {
  /** Neighbouring channels that share their moments; must divide the channels. */
  readonly groupSize: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  readonly name?: string;
}

class GroupNormalization extends tf.layers.Layer {
  static readonly className = "GroupNormalization";
  readonly groupSize: number;
  readonly epsilon: number;
  #gamma!: tf.LayerVariable;
  #beta!: tf.LayerVariable;

  constructor({ groupSize, epsilon = 1e-5, ...config }: GroupNormalizationConfig) {
    super(config);
    this.groupSize = groupSize;
    this.epsilon = epsilon;
  }

  override build(inputShape: tf.Shape): void {
    const channels = inputShape[inputShape.length - 1]!;
    if (channels % this.groupSize !== 0) {
      throw new RangeError(
        `groupNormalization expects groupSize to divide the ${channels} channels: got ${this.groupSize}`,
      );
    }
    this.#gamma = this.addWeight("gamma", [channels], "float32", tf.initializers.ones());
    this.#beta = this.addWeight("beta", [channels], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const centred = x.sub(this.#overGroups(x.mean([1, 2], true)));
      const variance = this.#overGroups(centred.square().mean([1, 2], true));
      const scale = this.#gamma.read().div(variance.add(this.epsilon).sqrt());
      return centred.mul(scale).add(this.#beta.read());
    });
  }

  /** Gives each channel the mean over the channels of its group; `[n, 1, 1, channels]`. */
  #overGroups(perChannel: tf.Tensor): tf.Tensor {
    const [n, , , channels] = perChannel.shape;
    const groups = perChannel.reshape([n, channels / this.groupSize, this.groupSize]);
    return groups.mean(2, true).tile([1, 1, this.groupSize]).reshape(perChannel.shape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groupSize: this.groupSize, epsilon: this.epsilon };
  }
}
tf.serialization.registerClass(GroupNormalization);

/**
 * A layer of group norm over `[n, height, width, channels]`: each image is normalised by itself,
 * over its pixels and groups of neighbouring channels, then scaled by gamma and shifted by beta.
 * Training and eval are the same.
 *
 * @throws {RangeError} when built, if the group size does not divide the channels
 * @see Wu and He 2018, "Group Normalization"
 */
export function groupNormalization(config: GroupNormalizationConfig): tf.layers.Layer {
  return new GroupNormalization(config);
}
