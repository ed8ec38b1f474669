/** Our kernels as kernels of TensorFlow.js, on its own device and buffers. */
import type { Layout } from "@renorm/core-math";
import {
  createWorkspace,
  encodeBackward,
  encodeTrainingForward,
  type GpuTensor,
  tableSize,
  type Workspace,
} from "@renorm/webgpu-kernels";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";
import { type TensorInfo, type WebGpuBackend, webGpuBackend } from "./webgpu_backend.ts";

const forwardKernel = "RenormTrainingForward";
const backwardKernel = "RenormTrainingBackward";

/** Dispatches of a forward or a backward at most. */
const mostDispatches = 3;

/** What the forward is told beside its tensors. */
export interface ForwardAttributes {
  readonly layout: Layout;
  readonly channels: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly rmax: number;
  readonly dmax: number;
  readonly updateStats: boolean;
}

type Inputs = Readonly<Record<string, Tensor>>;

/** Records the forward, with its gradient; the webgpu backend must be the current one. */
export function runForward(tf: TensorFlow, inputs: Inputs, attributes: ForwardAttributes): Tensor {
  registerKernels(tf);
  return runKernel(tf, forwardKernel, inputs, attributes)[0];
}

function runKernel(tf: TensorFlow, name: string, inputs: Inputs, attributes: object): Tensor[] {
  const engine = tf.engine() as unknown as {
    runKernel(name: string, inputs: Inputs, attributes: object): Tensor[];
  };
  return engine.runKernel(name, inputs, attributes);
}

interface ForwardCall {
  readonly inputs: ForwardInputs;
  readonly attrs: ForwardAttributes;
}

interface BackwardCall {
  readonly inputs: BackwardInputs;
  readonly attrs: ForwardAttributes;
}

type ForwardInputs = Readonly<
  & Record<"x" | "movingMean" | "movingVariance", TensorInfo>
  & Partial<Record<"gamma" | "beta", TensorInfo>>
>;
type BackwardInputs = Readonly<Record<"x" | "dy" | "table", TensorInfo>>;

/** Registers both kernels and the gradient with a copy of TensorFlow.js, once. */
function registerKernels(tf: TensorFlow): void {
  if (tf.getKernel(forwardKernel, "webgpu")) return;
  type KernelFunc = Parameters<TensorFlow["registerKernel"]>[0]["kernelFunc"];
  type GradFunc = Parameters<TensorFlow["registerGradient"]>[0]["gradFunc"];
  tf.registerKernel({
    kernelName: forwardKernel,
    backendName: "webgpu",
    kernelFunc: (({ inputs, attrs }: ForwardCall) =>
      forward(webGpuBackend(tf)!, inputs, attrs)) as unknown as KernelFunc,
  });
  tf.registerKernel({
    kernelName: backwardKernel,
    backendName: "webgpu",
    kernelFunc: (({ inputs, attrs }: BackwardCall) =>
      backward(webGpuBackend(tf)!, inputs, attrs)) as unknown as KernelFunc,
  });
  tf.registerGradient({
    kernelName: forwardKernel,
    inputsToSave: ["x"],
    outputsToSave: [false, true],
    gradFunc: ((dys: Tensor[], [x, table]: Tensor[], attributes: object) => {
      const [dx, dGamma, dBeta] = runKernel(
        tf,
        backwardKernel,
        { x, dy: dys[0], table },
        attributes,
      );
      return { x: () => dx, gamma: () => dGamma, beta: () => dBeta };
    }) as unknown as GradFunc,
  });
}

/** y, and the table that the backward reads. */
function forward(
  backend: WebGpuBackend,
  inputs: ForwardInputs,
  attributes: ForwardAttributes,
): TensorInfo[] {
  const { x, gamma, beta, movingMean, movingVariance } = inputs;
  const { layout, channels, epsilon, momentum, rmax, dmax, updateStats } = attributes;
  const y = backend.create(x.shape);
  const table = backend.create([tableSize(channels) / 4]);
  const tensors = { x: gpuTensor(backend, x), y: gpuTensor(backend, y) };
  const buffers = {
    weight: gamma ? backend.bufferOf(gamma) : null,
    bias: beta ? backend.bufferOf(beta) : null,
    runningMean: backend.writableBufferOf(movingMean),
    runningVar: backend.writableBufferOf(movingVariance),
    table: backend.bufferOf(table),
  };
  const options = { layout, eps: epsilon, momentum, rmax, dmax, updateStats };
  backend.record(mostDispatches, (encoder) => {
    encodeTrainingForward(encoder, workspaceOf(backend, channels), tensors, buffers, {
      ...options,
      runningVariance: "biased",
    });
  });
  return [y, table];
}

/** dx, dγ and dβ. */
function backward(
  backend: WebGpuBackend,
  inputs: BackwardInputs,
  { layout, channels }: ForwardAttributes,
): TensorInfo[] {
  const dx = backend.create(inputs.x.shape);
  const [dGamma, dBeta] = [backend.create([channels]), backend.create([channels])];
  const [x, dy] = [gpuTensor(backend, inputs.x), gpuTensor(backend, inputs.dy)];
  const buffers = {
    weightGrad: backend.bufferOf(dGamma),
    biasGrad: backend.bufferOf(dBeta),
    table: backend.bufferOf(inputs.table),
  };
  const tensors = { dy, dx: gpuTensor(backend, dx) };
  backend.record(mostDispatches, (encoder) => {
    const options = { forward: { x, layout } };
    encodeBackward(encoder, workspaceOf(backend, channels), tensors, buffers, options);
  });
  return [dx, dGamma, dBeta];
}

function gpuTensor(backend: WebGpuBackend, tensor: TensorInfo): GpuTensor {
  return { buffer: backend.bufferOf(tensor), shape: tensor.shape, dtype: "float32" };
}

const workspaces = new WeakMap<WebGpuBackend, Map<number, Workspace>>();

/** One workspace serves all layers of a width: what must outlive a step stands in the table. */
function workspaceOf(backend: WebGpuBackend, channels: number): Workspace {
  const own = workspaces.get(backend) ?? new Map<number, Workspace>();
  workspaces.set(backend, own);
  const label = `@renorm/tfjs ${channels} channels`;
  const workspace = own.get(channels) ??
    createWorkspace(backend.device, channels, label, backend.adapterInfo);
  own.set(channels, workspace);
  return workspace;
}
