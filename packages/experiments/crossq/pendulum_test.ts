import assert from "node:assert/strict";
import { observe, type Pendulum, startPendulum, stepPendulum } from "./pendulum.ts";
import { randomOf } from "./random.ts";

const { acting } = randomOf(3);

/** What gymnasium's Pendulum-v1 gives, by its equations in NumPy (testdata/pendulum.py). */
const golden: {
  start: [angle: number, velocity: number];
  torques: number[];
  rewards: number[];
  observations: number[][];
}[] = JSON.parse(
  await Deno.readTextFile(new URL("testdata/pendulum.json", import.meta.url)),
);

Deno.test("the pendulum gives the rewards and observations of Pendulum-v1", () => {
  for (const { start: [angle, velocity], torques, rewards, observations } of golden) {
    let pendulum: Pendulum = { angle, velocity };
    torques.forEach((torque, i) => {
      const { next, reward } = stepPendulum(pendulum, torque);
      assert.ok(Math.abs(reward - rewards[i]) < 1e-9);
      observe(next).forEach((value, j) => assert.ok(Math.abs(value - observations[i][j]) < 1e-9));
      pendulum = next;
    });
  }
});

Deno.test("a turn more or less changes nothing that is seen or rewarded", () => {
  for (let i = 0; i < 50; i++) {
    const { angle, velocity } = startPendulum(acting);
    const [here, there] = [0, 2 * Math.PI].map((turn) =>
      stepPendulum({ angle: angle + turn, velocity }, 1)
    );
    assert.ok(Math.abs(here.reward - there.reward) < 1e-9);
    observe(here.next).forEach((value, j) =>
      assert.ok(Math.abs(value - observe(there.next)[j]) < 1e-9)
    );
  }
});

Deno.test("starts have every angle, and velocities within 1", () => {
  const starts = Array.from({ length: 2000 }, () => startPendulum(acting));
  assert.ok(
    starts.every(({ angle, velocity }) => Math.abs(angle) <= Math.PI && Math.abs(velocity) <= 1),
  );
  for (const sign of [-1, 1]) {
    assert.ok(starts.some(({ angle }) => sign * angle > 3.1));
    assert.ok(starts.some(({ velocity }) => sign * velocity > 0.99));
  }
});
