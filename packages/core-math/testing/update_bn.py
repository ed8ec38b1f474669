"""Writes what PyTorch's update_bn makes of a small net, for the tests of recalibrate().

    python3 update_bn.py > ../testdata/update_bn.json

The net is norm, leaky ReLU, norm. In one batch of all data update_bn gives pooled statistics; over
batches of one size it averages their variances. Needs nothing but torch (Debian: python3-torch).
"""

import json

import torch
from torch.optim.swa_utils import update_bn

torch.manual_seed(1608)
data = (torch.randn(12, 3, 2, 2) * torch.tensor([1.0, 5.0, 0.2]).view(1, 3, 1, 1) + 4).float().double()


def recalibrated(batch_size):
    torch.manual_seed(4779)
    net = torch.nn.Sequential(
        torch.nn.BatchNorm2d(3), torch.nn.LeakyReLU(0.25), torch.nn.BatchNorm2d(3)
    ).double()
    for norm in (net[0], net[2]):
        torch.nn.init.uniform_(norm.weight, 0.5, 2)
        torch.nn.init.uniform_(norm.bias, -1, 1)
    update_bn(data.split(batch_size), net)
    return net


def state(norm):
    keys = ("weight", "bias", "running_mean", "running_var")
    return {key: getattr(norm, key).tolist() for key in keys}


nets = {"whole": recalibrated(12), "batchesOfFour": recalibrated(4)}
print(json.dumps({
    "torch": torch.__version__,
    "shape": list(data.shape),
    "data": data.flatten().tolist(),
    **{name: [state(net[0]), state(net[2])] for name, net in nets.items()},
}))
