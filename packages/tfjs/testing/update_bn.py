"""Writes testdata/update_bn.json: what torch.optim.swa_utils.update_bn makes of batches that are far apart."""

import json
from pathlib import Path

import torch
from torch.optim.swa_utils import update_bn

torch.manual_seed(17)
eps = 1e-3
net = torch.nn.Sequential(
    torch.nn.BatchNorm1d(3, eps=eps),
    torch.nn.Linear(3, 2),
    torch.nn.Tanh(),
    torch.nn.BatchNorm1d(2, eps=eps),
)
batches = [torch.randn(6, 3) * (1 + k) + 2 * k for k in range(4)]
with torch.no_grad():
    # The batches differ before the second norm only in what the first one leaves.
    net[1].weight.copy_(torch.tensor([[0.8, -0.5, 0.3], [-0.2, 0.9, 0.4]]))
before_second = []
net[3].register_forward_pre_hook(lambda _, inputs: before_second.append(inputs[0].detach()))
update_bn(batches, net)


def layer(norm, inputs):
    return {
        "running_mean": norm.running_mean.tolist(),
        "running_var": norm.running_var.tolist(),
        "batch_means": [x.mean(0).tolist() for x in inputs],
    }


golden = {
    "eps": eps,
    "batches": [x.tolist() for x in batches],
    "weight": net[1].weight.tolist(),
    "bias": net[1].bias.tolist(),
    "layers": {"first": layer(net[0], batches), "second": layer(net[3], before_second)},
}
(Path(__file__).parents[1] / "testdata" / "update_bn.json").write_text(json.dumps(golden) + "\n")
