"""Writes updates of CrossQ and SAC in PyTorch, for the test of update().

    python3 update.py

writes renorm.safetensors, batch_norm.safetensors, no_norm.safetensors and sac.safetensors beside
it, each with a batch, noise, and the agent before the updates, after one and after four: under
sb3-contrib's names, behind `before.`, `after1.` and `after4.`. Everything is computed in float64
from float32 starts. The first update is the third of an agent, so that the actor and the
temperature have their turn; batch renorm's limits are open then, and statistics have moved.

Seeds are tried until no gradient cancels: where a unit is open in every row, the norm after it
takes its bias away, and Adam makes a whole step of what rounding leaves of a gradient of 0.

Needs nothing but torch (Debian: python3-torch).
"""

import json
import math
import struct
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

STATES, ACTIONS, WIDTH, BATCH, UPDATES = 3, 1, 6, 16, 4
DISCOUNT, TARGET_SHARE, RATE, EPS, MOMENTUM = 0.99, 0.005, 1e-3, 1e-3, 0.01


class Cancelled(Exception):
    """A gradient is rounding and nothing else."""


class BatchRenorm(nn.Module):
    """Ioffe's algorithm 1 with open limits, under the names of sb3-contrib's module."""

    def __init__(self, features):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.register_buffer("ra_mean", torch.zeros(features))
        self.register_buffer("ra_var", torch.ones(features))
        self.register_buffer("steps", torch.tensor(0))

    def forward(self, x):
        if not self.training:
            z = (x - self.ra_mean) / (self.ra_var + EPS).sqrt()
            return self.scale * z + self.bias
        mean, var = x.mean(0), x.var(0, unbiased=False)
        running = (self.ra_var + EPS).sqrt()
        r = ((var + EPS).sqrt() / running).clamp(1 / 3, 3).detach()
        d = ((mean - self.ra_mean) / running).clamp(-5, 5).detach()
        z = (x - mean) / (var + EPS).sqrt() * r + d
        self.ra_mean += MOMENTUM * (mean.detach() - self.ra_mean)
        self.ra_var += MOMENTUM * (var.detach() - self.ra_var)
        self.steps += 1
        return self.scale * z + self.bias


def batch_norm(features):
    return nn.BatchNorm1d(features, eps=EPS, momentum=MOMENTUM)


def mlp(norm, inputs, outputs):
    """Sequential as sb3-contrib builds it: norm, Linear and ReLU by turns."""
    modules = []
    for size in (inputs, WIDTH, WIDTH):
        if modules:
            modules.append(nn.ReLU())
        if norm:
            modules.append(norm(size))
        modules.append(nn.Linear(size, WIDTH))
    if outputs is None:
        modules.pop()
    else:
        modules[-1] = nn.Linear(WIDTH, outputs)
    return nn.Sequential(*modules)


class Actor(nn.Module):
    def __init__(self, norm):
        super().__init__()
        self.latent_pi = mlp(norm, STATES, None)
        self.mu = nn.Linear(WIDTH, ACTIONS)
        self.log_std = nn.Linear(WIDTH, ACTIONS)

    def draw(self, states, noise):
        latent = self.latent_pi(states)
        std = self.log_std(latent).clamp(-20, 2).exp()
        normal = torch.distributions.Normal(self.mu(latent), std)
        u = normal.mean + std * noise
        slope = 2 * (math.log(2) - u - F.softplus(-2 * u))
        return torch.tanh(u), (normal.log_prob(u) - slope).sum(1, keepdim=True)


class Critics(nn.Module):
    def __init__(self, norm):
        super().__init__()
        self.qf0 = mlp(norm, STATES + ACTIONS, 1)
        self.qf1 = mlp(norm, STATES + ACTIONS, 1)

    def forward(self, states, actions):
        inputs = torch.cat([states, actions], 1)
        return torch.cat([self.qf0(inputs), self.qf1(inputs)], 1)


class Agent(nn.Module):
    def __init__(self, norm, has_targets):
        super().__init__()
        self.actor, self.critic = Actor(norm), Critics(norm)
        self.log_ent_coef = nn.Parameter(torch.zeros(1))
        if has_targets:
            self.critic_target = Critics(norm)


def start(agent):
    """Numbers that are nobody's defaults; the targets apart from the critics."""
    for name, value in agent.state_dict().items():
        if name.endswith(("ra_var", "running_var")):
            value.uniform_(0.3, 2)
        elif name.endswith(("ra_mean", "running_mean")):
            value.normal_(0, 0.3)
        elif name.endswith(("steps", "num_batches_tracked")):
            value.fill_(5)
        elif name.endswith(("log_ent_coef")):
            value.fill_(-0.7)
        else:
            value.copy_(value + 0.2 * torch.randn(value.shape))


def step(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            size = parameter.grad.abs()
            if ((size > 0) & (size < 1e-6)).any():
                raise Cancelled
    optimizer.step()


def update(agent, optimizers, batch, noise, is_actors_turn):
    states, actions, rewards, next_states = batch
    actor, critic = agent.actor, agent.critic
    temperature = agent.log_ent_coef.exp().item()

    actor.eval()
    with torch.no_grad():
        next_actions, next_log_prob = actor.draw(next_states, noise[0])
    critic.train()
    if hasattr(agent, "critic_target"):
        values = critic(states, actions)
        with torch.no_grad():
            next_values = agent.critic_target(next_states, next_actions)
    else:
        joint = critic(torch.cat([states, next_states]), torch.cat([actions, next_actions]))
        values, next_values = joint.split(BATCH)
    least = next_values.detach().min(1, keepdim=True).values
    goals = rewards + DISCOUNT * (least - temperature * next_log_prob)
    critic_loss = 0.5 * ((values - goals) ** 2).mean(0).sum()
    step(optimizers["critic"], critic_loss)
    if hasattr(agent, "critic_target"):
        with torch.no_grad():
            for target, source in zip(agent.critic_target.parameters(), critic.parameters()):
                target += TARGET_SHARE * (source - target)
    if not is_actors_turn:
        return [critic_loss.item(), math.nan]

    actor.train()
    drawn, log_prob = actor.draw(states, noise[1])
    critic.eval()
    actor_loss = (temperature * log_prob - critic(states, drawn).min(1, keepdim=True).values).mean()
    step(optimizers["actor"], actor_loss)

    temperature_loss = -(agent.log_ent_coef * (log_prob.detach() - ACTIONS)).mean()
    step(optimizers["temperature"], temperature_loss)
    return [critic_loss.item(), actor_loss.item()]


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        kind, letter = ("I64", "q") if tensor.dtype == torch.int64 else ("F32", "f")
        values = tensor.flatten().tolist()
        end = len(data) + struct.calcsize(f"<{len(values)}{letter}")
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), end]}
        data += struct.pack(f"<{len(values)}{letter}", *values)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main(name, *variant):
    for seed in range(1902, 2902):
        try:
            return make(seed, Path(__file__).with_name(f"{name}.safetensors"), *variant)
        except Cancelled:
            pass
    raise SystemExit(f"{name}: gradients cancel for each seed")


def make(seed, path, norm, has_targets, beta1, delay):
    torch.manual_seed(seed)
    shapes = [(BATCH, STATES), (BATCH, ACTIONS), (BATCH, 1), (BATCH, STATES)]
    drawn = [torch.randn(shape) for shape in shapes]
    drawn[1] = torch.tanh(drawn[1])
    noise = torch.randn(UPDATES, 2, BATCH, ACTIONS)
    agent = Agent(norm, has_targets)
    start(agent)
    tensors = dict(zip(("batch.states", "batch.actions", "batch.rewards", "batch.next_states"), drawn))
    tensors["noise"] = noise
    agent = agent.double()
    batch, noise = [value.double() for value in drawn], noise.double()

    def keep(prefix):
        for key, value in agent.state_dict().items():
            tensors[f"{prefix}.{key}"] = value.clone()

    def adam(parameters):
        return torch.optim.Adam(parameters, lr=RATE, betas=(beta1, 0.999))

    optimizers = {
        "critic": adam(agent.critic.parameters()),
        "actor": adam(agent.actor.parameters()),
        "temperature": adam([agent.log_ent_coef]),
    }
    losses = []
    keep("before")
    for i in range(UPDATES):
        # The first is the third of the agent, the fourth its sixth.
        losses.append(update(agent, optimizers, batch, noise[i], (i + 3) % delay == 0))
        if i == 0:
            keep("after1")
    keep(f"after{UPDATES}")
    tensors["losses"] = torch.tensor(losses, dtype=torch.float64)
    write(path, tensors)
    print(path.name, "seed", seed)


if __name__ == "__main__":
    main("renorm", BatchRenorm, False, 0.5, 3)
    main("batch_norm", batch_norm, False, 0.5, 3)
    main("no_norm", None, False, 0.5, 3)
    main("sac", None, True, 0.9, 1)
