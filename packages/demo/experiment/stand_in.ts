/** A stand-in for @renorm/tfjs until that is there. */
import type * as tensorflow from "@tensorflow/tfjs";
import { limitsAt, linearWarmup, type Schedule } from "@renorm/schedule";

interface Config {
  name?: string;
  momentum?: number;
  epsilon?: number;
  rmax?: number;
  dmax?: number;
  warmupSteps?: number;
}

// deno-lint-ignore no-explicit-any
type Any = any;

export function renormLayers(tf: typeof tensorflow) {
  class BatchRenormalization extends tf.layers.Layer {
    static readonly className = "BatchRenormalization";
    gamma!: Any;
    beta!: Any;
    mm!: Any;
    mv!: Any;
    renormStep = 0;
    momentum: number;
    schedule: Schedule;
    constructor(config: Config) {
      super({ name: config.name! });
      this.momentum = config.momentum ?? 0.9;
      this.schedule = linearWarmup({
        rmax: config.rmax!,
        dmax: config.dmax!,
        warmupSteps: config.warmupSteps!,
      });
    }
    override build(s: Any) {
      const c = s[s.length - 1];
      const { ones, zeros } = tf.initializers;
      this.gamma = this.addWeight("gamma", [c], undefined, ones());
      this.beta = this.addWeight("beta", [c], undefined, zeros());
      this.mm = this.addWeight("moving_mean", [c], undefined, zeros(), undefined, false);
      this.mv = this.addWeight("moving_variance", [c], undefined, ones(), undefined, false);
      this.built = true;
    }
    override call(inputs: Any, kw: Any): Any {
      return tf.tidy(() => {
        const x = Array.isArray(inputs) ? inputs[0] : inputs;
        const rsd = this.mv.read().add(1e-5).sqrt();
        if (!kw?.training || !this.trainable) {
          return x.sub(this.mm.read()).mul(this.gamma.read().div(rsd)).add(this.beta.read());
        }
        const { rmax, dmax } = limitsAt(this.schedule, ++this.renormStep);
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        const sd = variance.add(1e-5).sqrt();
        const m = x.size / x.shape[3];
        const r = sd.div(rsd).clipByValue(1 / rmax, rmax);
        const d = mean.sub(this.mm.read()).div(rsd).clipByValue(-dmax, dmax);
        const f: Any = (x: Any, g: Any, be: Any, save: Any) => {
          const h = x.sub(mean).div(sd);
          save([h, sd, r, d, g]);
          return {
            value: h.mul(g.mul(r)).add(g.mul(d).add(be)),
            gradFunc: (dy: Any, [h, sd, r, d, g]: Any) => {
              const s1 = dy.sum([0, 1, 2]);
              const s2 = dy.mul(h).sum([0, 1, 2]);
              return [
                dy.sub(s1.div(m)).sub(h.mul(s2.div(m))).mul(g.mul(r).div(sd)),
                s2.mul(r).add(s1.mul(d)),
                s1,
              ];
            },
          };
        };
        const y = tf.customGrad(f)(x, this.gamma.read(), this.beta.read());
        const a = 1 - this.momentum;
        this.mm.write(this.mm.read().add(mean.sub(this.mm.read()).mul(a)));
        this.mv.write(this.mv.read().add(variance.sub(this.mv.read()).mul(a)));
        return y;
      });
    }
  }
  tf.serialization.registerClass(BatchRenormalization as Any);
  return {
    batchRenormalization: (config: Config): tensorflow.layers.Layer =>
      new BatchRenormalization(config) as Any,
    batchNormalization: (config: Config): tensorflow.layers.Layer =>
      new BatchRenormalization({ ...config, rmax: 1, dmax: 0, warmupSteps: 0 }) as Any,
  };
}
