import assert from "node:assert/strict";
import { runSteps, type Step } from "./step_runner.ts";

async function run(steps: readonly Step[], isTerminal = false) {
  let text = "";
  const missed = await runSteps(steps, { isTerminal, write: (more) => text += more });
  return { missed, text };
}

Deno.test("steps run in order, and what they found is shown beside them", async () => {
  const ran: string[] = [];
  const step = (name: string): Step => ({
    name,
    run() {
      ran.push(name);
      return Promise.resolve(`words of ${name}`);
    },
  });
  const { missed, text } = await run([step("first"), step("second")]);
  assert.deepEqual([ran, missed], [["first", "second"], []]);
  assert.match(
    text,
    /^ok +first +\d\.\d s +words of first\nok +second +\d\.\d s +words of second\n$/,
  );
});

Deno.test("after a failure go on those steps alone that do not need it", async () => {
  const fails: Step = { name: "a", run: () => Promise.reject(new Error("expected 1\ngot 2")) };
  const needing = (name: string, need: string): Step => ({
    name,
    needs: [need],
    run: () => Promise.resolve(""),
  });
  const { missed, text } = await run([
    fails,
    needing("b", "a"),
    needing("c", "b"),
    needing("d", "x"),
  ]);
  assert.deepEqual(missed, ["a", "b", "c"]);
  const lines = text.trimEnd().split("\n").map((line) => line.replace(/ +/g, " ").trim());
  assert.deepEqual(lines.map((line) => line.replace(/\d\.\d s/, "s")), [
    "FAILED a s",
    "expected 1",
    "got 2",
    "not run b without a",
    "not run c without b",
    "ok d s",
  ]);
});

Deno.test("a terminal shows the step that runs, and writes over it", async () => {
  const { text } = await run([{ name: "a", run: () => Promise.resolve("") }], true);
  const [before, after] = text.split("\r\x1b[2K");
  assert.match(before, /^ +a \.\.\.$/);
  assert.match(after, /^ok +a /);
});
