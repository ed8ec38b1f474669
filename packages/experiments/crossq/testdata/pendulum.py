"""Writes episodes of Pendulum-v1 by gymnasium's equations, for the test of stepPendulum().

    python3 pendulum.py > pendulum.json

Needs nothing but NumPy. Torques go beyond what the motor gives, so that they are cut.
"""

import json

import numpy as np

GRAVITY, MASS, LENGTH, SECONDS = 10.0, 1.0, 1.0, 0.05
random = np.random.default_rng(18)


def episode(steps):
    theta, speed = random.uniform([-np.pi, -1], [np.pi, 1])
    start, torques, rewards, observations = [theta, speed], [], [], []
    for torque in random.uniform(-3, 3, steps) + 2 * np.sign(speed):
        u = np.clip(torque, -2, 2)
        angle = (theta + np.pi) % (2 * np.pi) - np.pi
        rewards.append(-(angle**2 + 0.1 * speed**2 + 0.001 * u**2))
        pull = 3 * GRAVITY / (2 * LENGTH) * np.sin(theta) + 3 / (MASS * LENGTH**2) * u
        speed = np.clip(speed + pull * SECONDS, -8, 8)
        theta = theta + speed * SECONDS
        torques.append(torque)
        observations.append([np.cos(theta), np.sin(theta), speed])
    return {"start": start, "torques": torques, "rewards": rewards, "observations": observations}


print(json.dumps([episode(60) for _ in range(2)]))
