"""Adds the expected values to the inputs of a new golden case, by PyTorch in float64.

    python3 expected_values.py INPUTS.json GOLDEN.json

Batch norm is torch.nn's. Batch renorm is written here after Ioffe 2017, Algorithm 1, with its
gradients from autograd: r and d are constants to it. Under a mask a layer sees the values that count, laid
end to end in one sample; the others get the same map, and no gradient. Needs nothing but torch (Debian: python3-torch).
"""

import json
import sys

import torch


class BatchRenorm(torch.nn.Module):
    def __init__(self, channels, eps, momentum, affine, rmax, dmax, warmupSteps):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.rmax, self.dmax, self.warmup_steps = rmax, dmax, warmupSteps
        ones, zeros = torch.ones(channels), torch.zeros(channels)
        self.weight = torch.nn.Parameter(ones.clone()) if affine else None
        self.bias = torch.nn.Parameter(zeros.clone()) if affine else None
        self.register_buffer("running_mean", zeros.clone())
        self.register_buffer("running_var", ones.clone())
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def limits(self):
        """Those of the step that num_batches_tracked counts last."""
        steps = self.num_batches_tracked.item()
        opened = 1.0 if self.warmup_steps == 0 else min(steps / self.warmup_steps, 1.0)
        return 1 + (self.rmax - 1) * opened, self.dmax * opened

    def forward(self, x):
        running_std = torch.sqrt(self.running_var + self.eps)
        if self.training:
            others = [axis for axis in range(x.dim()) if axis != 1]
            mean, variance = x.mean(others), x.var(others, unbiased=False)
            std = torch.sqrt(variance + self.eps)
            self.num_batches_tracked += 1
            rmax, dmax = self.limits()
            with torch.no_grad():
                r = (std / running_std).clamp(1 / rmax, rmax)
                d = ((mean - self.running_mean) / running_std).clamp(-dmax, dmax)
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (variance - self.running_var)
            self.latest = mean, std, r, d
        else:
            self.latest = self.running_mean, running_std, torch.ones_like(running_std), torch.zeros_like(running_std)
        return self.mapped(x)

    def mapped(self, x):
        """x under the map of the last forward."""
        mean, std, r, d = (along(values, x) for values in self.latest)
        y = (x - mean) / std * r + d
        return y if self.weight is None else y * along(self.weight, x) + along(self.bias, x)


def along(values, x):
    return values.reshape([1, -1] + [1] * (x.dim() - 2))


def mapped(layer, x, counting):
    """x under the map that a forward has just applied to the values that count."""
    if isinstance(layer, BatchRenorm):
        return layer.mapped(x)
    if not layer.training and layer.running_mean is not None:
        return layer(x)
    others = [axis for axis in range(counting.dim()) if axis != 1]
    moments = counting.mean(others), counting.var(others, unbiased=False)
    return torch.nn.functional.batch_norm(x, *moments, layer.weight, layer.bias, False, 0, layer.eps)


def end_to_end(x, mask):
    """The values that count, as one sample of the rank of x; in rank 2 as samples."""
    rows = x.flatten(2).transpose(1, 2).flatten(0, 1)[mask] if x.dim() > 2 else x[mask]
    return rows if x.dim() == 2 else rows.t().reshape([1, x.shape[1], -1] + [1] * (x.dim() - 3))


def masked_step(layer, x, dy, mask):
    """y at every position, and dx, which is 0 where the mask is."""
    counting = end_to_end(x.detach(), mask).requires_grad_()
    layer(counting).backward(end_to_end(dy, mask))
    with torch.no_grad():
        y = mapped(layer, x.detach(), counting)
    places = end_to_end(torch.arange(x.numel()).reshape(x.shape), mask).flatten()
    dx = torch.zeros(x.numel(), dtype=x.dtype)
    dx[places] = counting.grad.flatten()
    return y, dx


def make_layer(case):
    config = dict(case["config"])
    channels, tracked = config.pop("numFeatures"), config.pop("trackRunningStats")
    if case["kind"] == "batch_renorm":
        return BatchRenorm(channels, **config)
    norms = {2: torch.nn.BatchNorm1d, 3: torch.nn.BatchNorm1d, 4: torch.nn.BatchNorm2d, 5: torch.nn.BatchNorm3d}
    return norms[len(case["shape"])](channels, track_running_stats=tracked, **config)


def run(case, dtype):
    """The outputs of each step as lists of numbers; None for what the layer does not have."""
    layer = make_layer(case).to(dtype)
    names = {"weight": "weight", "bias": "bias", "running_mean": "runningMean", "running_var": "runningVar"}
    with torch.no_grad():
        for name, key in names.items():
            if getattr(layer, name) is not None:
                getattr(layer, name).copy_(torch.tensor(case["initial"][key], dtype=dtype))
        if layer.num_batches_tracked is not None:
            layer.num_batches_tracked.fill_(case["initial"]["numBatchesTracked"])
    steps = []
    for step in case["steps"]:
        x, dy = (torch.tensor(step[key], dtype=dtype).reshape(case["shape"]) for key in ("x", "dy"))
        layer.train(step["training"]).zero_grad(set_to_none=True)
        if "mask" in step:
            y, dx = masked_step(layer, x, dy, torch.tensor(step["mask"], dtype=torch.bool))
        else:
            y = layer(x.requires_grad_())
            y.backward(dy)
            dx = x.grad
        outputs = {
            "y": y,
            "dx": dx,
            "dWeight": None if layer.weight is None else layer.weight.grad,
            "dBias": None if layer.bias is None else layer.bias.grad,
            "runningMean": layer.running_mean,
            "runningVar": layer.running_var,
        }
        arrays = {key: None if value is None else value.flatten().tolist() for key, value in outputs.items()}
        facts = {}
        if step["training"] and layer.num_batches_tracked is not None:
            facts["numBatchesTracked"] = layer.num_batches_tracked.item()
        if step["training"] and case["kind"] == "batch_renorm":
            facts["rmax"], facts["dmax"] = layer.limits()
        steps.append((arrays, facts))
    return steps


def main(inputs, golden):
    with open(inputs) as file:
        case = json.load(file)
    for step, (exact, facts), (rounded, _) in zip(case["steps"], run(case, torch.float64), run(case, torch.float32)):
        errors = {
            key: max(abs(a - b) for a, b in zip(values, rounded[key]))
            for key, values in exact.items()
            if values is not None
        }
        step.update({**facts, "torchFloat32MaxAbsError": errors, **exact})
    case["source"] = f"expected_values.py, torch {torch.__version__}"
    with open(golden, "x") as file:
        json.dump(case, file)
    print(f"written: {golden}")


if len(sys.argv) != 3 or "--help" in sys.argv:
    print(__doc__.strip(), file=sys.stdout if "--help" in sys.argv else sys.stderr)
    sys.exit(0 if "--help" in sys.argv else 2)
main(*sys.argv[1:])
