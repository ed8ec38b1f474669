"""Networks with random statistics, and what folding their batch norms must give.

Needs PyTorch (1.13 and later), which nothing else here does:

    python3 fold_networks.py write
        writes, for each of networks.py, NAME.safetensors, NAME.json (pairs, transposed layers, eps,
        order of calls) and NAME.folded.safetensors, which torch.nn.utils.fusion computed in float64.
    python3 fold_networks.py check
        folds each by `deno task convert fold`, loads the result with strict=True into the network
        with Identity in the place of its folded norms, and compares outputs to 1e-5.
"""

import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from networks import NETS

SAME = 1e-5
HERE = Path(__file__).parent
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d) + TRANSPOSED


def make(name):
    """A network whose parameters and statistics are all random."""
    torch.manual_seed(sorted(NETS).index(name) + 1)
    net = NETS[name]().eval()
    for module in net.modules():
        if isinstance(module, NORMS):
            nn.init.uniform_(module.weight, -2, 2)
            nn.init.normal_(module.bias)
            module.running_mean.normal_()
            module.running_var.uniform_(0.05, 3)
            module.num_batches_tracked.fill_(100)
    return net, torch.randn(2, 3, 12, 12)


def trace(net, x):
    """The layer that each norm reads, and the order of all calls."""
    made_by, order, pairs, kept = {}, [], {}, []

    def hook(name):
        def after(module, inputs, output):
            order.append(name)
            kept.append((inputs, output))
            before = made_by.get(id(inputs[0]))
            if isinstance(module, NORMS) and isinstance(net.get_submodule(before or ""), LAYERS):
                pairs[name] = before
            made_by[id(output)] = name

        return after

    hooks = [
        module.register_forward_hook(hook(name))
        for name, module in net.named_modules()
        if not list(module.children())
    ]
    with torch.no_grad():
        net(x)
    for one in hooks:
        one.remove()
    return pairs, order


def identity(net, path):
    parent, _, name = path.rpartition(".")
    setattr(net.get_submodule(parent), name, nn.Identity())


def fold(net, pairs):
    """The network folded by PyTorch's own formula, in float64."""
    net = net.double()
    for norm_path, layer_path in pairs.items():
        norm, layer = net.get_submodule(norm_path), net.get_submodule(layer_path)
        weight = layer.weight
        if isinstance(layer, TRANSPOSED):
            # [in, out / groups, ...] of each group as [out, ...].
            groups = weight.chunk(layer.groups)
            weight = torch.cat([group.transpose(0, 1) for group in groups])
        weight, bias = fuse_conv_bn_weights(
            weight, layer.bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
        )
        if isinstance(layer, TRANSPOSED):
            groups = weight.chunk(layer.groups)
            weight = torch.cat([group.transpose(0, 1) for group in groups])
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        identity(net, norm_path)
    return net.float()


def write_safetensors(path, state):
    header, parts, at = {}, [], 0
    for key, tensor in sorted(state.items(), key=lambda item: -item[1].element_size()):
        array = np.ascontiguousarray(tensor.detach().numpy())
        dtype = {"float32": "F32", "int64": "I64"}[str(array.dtype)]
        header[key] = {
            "dtype": dtype,
            "shape": list(tensor.shape),
            "data_offsets": [at, at + array.nbytes],
        }
        at += array.nbytes
        parts.append(array.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    state = {}
    for key, entry in json.loads(data[8 : 8 + length]).items():
        if key == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        dtype = {"F32": np.float32, "I64": np.int64}[entry["dtype"]]
        array = np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])
        state[key] = torch.from_numpy(array.copy())
    return state


def write():
    for name in NETS:
        net, x = make(name)
        pairs, order = trace(net, x)
        write_safetensors(HERE / f"{name}.safetensors", net.state_dict())
        layers = {path: net.get_submodule(path) for path in pairs.values()}
        facts = {
            "pairs": pairs,
            "transposed": [path for path, one in layers.items() if isinstance(one, TRANSPOSED)],
            "eps": {path: net.get_submodule(path).eps for path in pairs},
            "order": order,
        }
        (HERE / f"{name}.json").write_text(json.dumps(facts, indent=2) + "\n")
        write_safetensors(HERE / f"{name}.folded.safetensors", fold(net, pairs).state_dict())


def convert(name, out):
    """What the command makes of a network's file."""
    facts = json.loads((HERE / f"{name}.json").read_text())
    options = [f"--pair={norm}={layer}" for norm, layer in facts["pairs"].items()]
    options += [f"--eps={path}={eps}" for path, eps in facts["eps"].items()]
    options += [f"--transposed={path}" for path in facts["transposed"]]
    file = HERE / f"{name}.safetensors"
    command = ["deno", "task", "convert", "fold", str(file), "--out", str(out), *options]
    subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    return read_safetensors(out)


def check():
    for name in NETS:
        net, x = make(name)
        net.load_state_dict(read_safetensors(HERE / f"{name}.safetensors"), strict=True)
        with torch.no_grad():
            before = net(x)
        pairs, _ = trace(net, x)
        net = fold(net, pairs)
        for parameter in net.parameters():
            nn.init.zeros_(parameter)
        with tempfile.TemporaryDirectory() as folder:
            net.load_state_dict(convert(name, Path(folder) / "folded.safetensors"), strict=True)
        with torch.no_grad():
            off = ((net(x) - before).abs().max() / before.abs().max()).item()
        print(f"{name}: {len(pairs)} folded, outputs off by {off:.1e}")
        if not off <= SAME:
            sys.exit(f"{name} expects outputs within {SAME}: got {off:.1e}")


if __name__ == "__main__":
    commands = {"write": write, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
