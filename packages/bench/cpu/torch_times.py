"""Times PyTorch on one thread: its own batch norm, and the notebook's batch renorm in operations.

Takes [{"shape": [...], "layout": "channels-first"}, ...] and the number of repeats as JSON on
standard input, and prints a list of {"native": [forward, backward], "renorm": [...]} in milliseconds.
"""
import json
import statistics
import sys
import time

import torch
from torch import nn


class BatchRenorm(nn.Module):
    """Batch renorm as one writes it in PyTorch: the statistics, the corrections, the map."""

    def __init__(self, features, eps=1e-5, momentum=0.1, rmax=3.0, dmax=5.0):
        super().__init__()
        self.eps, self.momentum, self.rmax, self.dmax = eps, momentum, rmax, dmax
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        axes = [axis for axis in range(x.dim()) if axis != 1]
        view = [1, -1] + [1] * (x.dim() - 2)
        mean = x.mean(axes)
        variance = x.var(axes, unbiased=False)
        std = torch.sqrt(variance + self.eps)
        with torch.no_grad():
            running_std = torch.sqrt(self.running_var + self.eps)
            r = (std / running_std).clamp(1 / self.rmax, self.rmax)
            d = ((mean - self.running_mean) / running_std).clamp(-self.dmax, self.dmax)
        z = (x - mean.view(view)) / std.view(view) * r.view(view) + d.view(view)
        with torch.no_grad():
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (variance - self.running_var)
        return z * self.weight.view(view) + self.bias.view(view)


def tensor(shape, layout):
    if layout == "channels-first":
        return torch.randn(shape)
    n, *spatial, c = shape
    return torch.randn(n, c, *spatial).contiguous(memory_format=torch.channels_last)


def times(module, shape, layout, repeats):
    x, dy = tensor(shape, layout).requires_grad_(), tensor(shape, layout)
    forward, backward = [], []
    for i in range(repeats + 3):
        x.grad = None
        start = time.perf_counter()
        y = module(x)
        middle = time.perf_counter()
        y.backward(dy)
        end = time.perf_counter()
        if i >= 3:
            forward.append(1e3 * (middle - start))
            backward.append(1e3 * (end - middle))
    return [statistics.median(forward), statistics.median(backward)]


torch.set_num_threads(1)
request = json.load(sys.stdin)
results = []
for case in request["cases"]:
    shape, layout = case["shape"], case["layout"]
    features = shape[1] if layout == "channels-first" else shape[-1]
    size = torch.Size(shape).numel()
    repeats = max(5, min(request["repeats"], int(2e8 / size)))
    native = nn.BatchNorm2d(features) if len(shape) == 4 else nn.BatchNorm1d(features)
    results.append({
        "native": times(native, shape, layout, repeats),
        "renorm": times(BatchRenorm(features), shape, layout, repeats),
    })
print(json.dumps(results))
