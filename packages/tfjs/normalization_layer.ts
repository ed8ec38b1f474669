/** The layer behind both classes: Keras' weights, PyTorch's care, and batch renorm's correction. */
import { checkMoreThanOneValue } from "@renorm/core-math/checks";
import type { OnSingleValue } from "@renorm/core-math";
import { limitsAt, type Schedule } from "@renorm/schedule";
import { cpuInference } from "./cpu_inference.ts";
import { fusedTrainingStep } from "./fused_training_step.ts";
import { infer } from "./inference.ts";
import {
  type BatchNormalizationConfig,
  type BatchRenormalizationConfig,
  checkConfig,
  resolveLimits,
  singleAxis,
  type TrainingConfig,
} from "./layer_config.ts";
import { givenMask, positionMask } from "./position_mask.ts";
import { carryStep } from "./carry_renorm_step.ts";
import { stockTrainingStep } from "./stock_training_step.ts";
import {
  type NormalizationLayer,
  normClassName,
  renormClassName,
  type Shape,
  type StockLayer,
} from "./layer_interface.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";
import { tellTrainingCall } from "./training_calls.ts";
import { axisOf, trainingStepOf } from "./training_step.ts";

type LayerClass = (new (config?: BatchRenormalizationConfig) => NormalizationLayer) & {
  className: string;
};

const plain: Schedule = { rmax: [[0, 1]], dmax: [[0, 0]] };

/** Makes and registers the two classes over a copy of TensorFlow.js. */
export function defineLayers(tf: TensorFlow): { renorm: LayerClass; norm: LayerClass } {
  // With a name: an automatic one would be missing later, and weights saved by name not load.
  const Stock = tf.layers.batchNormalization({ name: "renorm" }).constructor as new (
    config: BatchNormalizationConfig,
  ) => StockLayer;

  abstract class Layer extends Stock implements NormalizationLayer {
    fused: boolean;
    onSingleValue: OnSingleValue;
    abstract schedule: Schedule;
    renormStep = 0;

    constructor(owner: string, config: BatchNormalizationConfig & TrainingConfig) {
      checkConfig(owner, config);
      super({ ...config, axis: singleAxis(owner, config.axis) });
      this.fused = config.fused ?? true;
      this.onSingleValue = config.onSingleValue ?? "throw";
    }

    override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown> = {}): Tensor {
      return tf.tidy(() => {
        const input = Array.isArray(inputs) ? inputs[0] : inputs;
        // Else TensorFlow.js rounds the output to the input's integers.
        const x = input.dtype === "float32" ? input : tf.cast(input, "float32");
        const axis = axisOf(this, x);
        if (kwargs.training) tellTrainingCall(this);
        const inference = () => {
          // TensorFlow.js' own gradient fails without γ or β.
          const isWhole = this.gamma && this.beta || tf.engine().state.gradientDepth === 0;
          const isStock = axis === x.rank - 1 && x.rank <= 4 && isWhole;
          const stock = () =>
            isStock ? super.call(x, { training: false }) as Tensor : infer(tf, x, axis, this);
          return (this.fused ? cpuInference(tf, x, axis, this, stock) : null) ?? stock();
        };
        // Keras: a frozen batch norm is in inference, whatever the model does.
        if (!kwargs.training || !this.trainable) return inference();
        if (x.size === 0) return x.clone();
        const m = x.size / x.shape[axis];
        if (this.onSingleValue === "throw") checkMoreThanOneValue(this.name, m, x.shape);
        const given = givenMask(this, inputs, kwargs);
        if (m === 1 && !given) return inference();
        const mask = given && positionMask(tf, this.name, given, x, axis);
        const step = trainingStepOf(this, x, mask, limitsAt(this.schedule, this.renormStep + 1));
        const isFused = this.fused && !mask;
        const y = (isFused ? fusedTrainingStep(tf, step) : null) ?? stockTrainingStep(tf, step);
        if (m > 1) this.renormStep++;
        return y;
      });
    }

    override getConfig(): Record<string, unknown> {
      const { fused, onSingleValue } = this;
      const ours = { ...!fused && { fused }, ...onSingleValue !== "throw" && { onSingleValue } };
      return { ...super.getConfig(), ...ours };
    }
  }

  class BatchRenormalization extends Layer {
    static readonly className = renormClassName;
    #schedule: Schedule;
    #written: Record<string, unknown>;

    constructor(config: BatchRenormalizationConfig = {}) {
      const { written, schedule, renormStep } = resolveLimits(renormClassName, config);
      super(renormClassName, config);
      this.#written = written;
      this.#schedule = schedule;
      this.renormStep = renormStep;
    }

    get schedule(): Schedule {
      return this.#schedule;
    }

    set schedule(schedule: Schedule) {
      this.#schedule = schedule;
      this.#written = { schedule };
    }

    override build(inputShape: Shape): void {
      super.build(inputShape);
      carryStep(this);
    }

    override getConfig(): Record<string, unknown> {
      return { ...super.getConfig(), ...this.#written, renormStep: this.renormStep };
    }
  }

  class TrackedBatchNormalization extends Layer {
    static readonly className = normClassName;
    schedule: Schedule = plain;

    constructor(config: BatchNormalizationConfig & TrainingConfig = {}) {
      super(normClassName, config);
    }
  }

  const classes = { renorm: BatchRenormalization, norm: TrackedBatchNormalization };
  for (const layer of Object.values(classes)) {
    tf.serialization.registerClass(
      layer as unknown as Parameters<TensorFlow["serialization"]["registerClass"]>[0],
    );
  }
  return classes as unknown as { renorm: LayerClass; norm: LayerClass };
}
