import assert from "node:assert/strict";
import { convert } from "../testing/command_line.ts";
import { filesOf, models } from "../testing/layers_models.ts";
import { fileURLToPath } from "node:url";
import { withFolder } from "../testing/with_folder.ts";

const golden = fileURLToPath(
  new URL("../../parity/golden/minicnn_batch2.safetensors", import.meta.url),
);
const keras = fileURLToPath(new URL("../testdata/sequential.keras", import.meta.url));

/** A folder that holds a model.json with its shards, and copies of the others. */
function withModels(test: (path: (name: string) => string) => Promise<void>): Promise<void> {
  return withFolder(async (path) => {
    const { json, shards } = await filesOf(models.nested().model);
    await Deno.writeTextFile(path("model.json"), JSON.stringify(json));
    for (const [name, bytes] of shards) await Deno.writeFile(path(name), bytes);
    await Deno.copyFile(golden, path("model.safetensors"));
    await Deno.copyFile(keras, path("model.keras"));
    await test(path);
  });
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  return names.sort();
}

Deno.test("every format goes there and back, and folds", () =>
  withModels(async (path) => {
    for (const name of ["model.json", "model.safetensors", "model.keras"]) {
      const there = path(`there/${name}`);
      const renormed = await convert("to-renorm", path(name), "--out", there, "--rmax", "2");
      assert.equal(renormed.status, 0, renormed.error);
      assert.match(renormed.text, /rmax"?[=:]2/);
      const inspected = await convert("inspect", there, "--json");
      const { layers } = JSON.parse(inspected.text);
      assert.ok(layers.length > 0);
      for (const { kind, runningVar } of layers) {
        assert.equal(kind, "batch-renorm");
        assert.ok(runningVar.least > 0, name);
      }
      const back = await convert("to-batchnorm", there, "--out", path(`back/${name}`));
      assert.equal(back.status, 0, back.error);
      const guess = name.endsWith(".safetensors") ? ["--by-name"] : [];
      const folded = await convert(
        ...["fold", path(name), "--out", path(`folded/${name}`), "--json", ...guess],
      );
      assert.ok(JSON.parse(folded.text).folded.length > 0, folded.error);
    }
    const [before, after] = await Promise.all(
      ["model.json", "back/model.json"].map((name) => Deno.readTextFile(path(name))),
    );
    assert.equal(after, before);
  }));

Deno.test("wrong usage is status 2 and says what was wanted", async () => {
  const wrong: [string[], RegExp][] = [
    [[], /a command among inspect, to-renorm, to-batchnorm, fold: got undefined/],
    [["convert"], /a command among .*: got "convert"/],
    [["inspect"], /one FILE/],
    [["inspect", "a", "b"], /one FILE: got \["a", "b"\]/],
    [["inspect", "a", "--out", "b"], /no --out for inspect/],
    [["to-renorm", "a"], /--out PATH: got none/],
    [["to-renorm", "a", "--out", "b", "--rmax", "0"], /rmax to be a number of at least 1: got 0/],
    [["to-renorm", "a", "--out", "b", "--rmax", "x"], /a number for --rmax: got "x"/],
    [["to-renorm", "a", "--out", "b", "--schedule", "[]"], /parseSchedule expects/],
    [["to-renorm", "a", "--out", "b", "--warmup", "soon"], /a number for --warmup: got "soon"/],
    [["to-renorm", "a", "--out", "b", "--only", "("], /Invalid regular expression/],
    [
      ["to-batchnorm", "a", "--out", "b", "--rmax", "3"],
      /options that to-batchnorm has: got --rmax/,
    ],
    [["fold", "a", "--out", "b", "--pair", "x"], /--pair NORM=LAYER: got "x"/],
    [["inspect", "a", "--colour"], /colour/],
  ];
  for (const [args, message] of wrong) {
    const { status, text, error } = await convert(...args);
    assert.equal(status, 2, args.join(" "));
    assert.equal(text, "");
    assert.match(error, message);
    assert.match(error, /--help says more/);
  }
  const { status, text } = await convert("--help");
  assert.deepEqual([status, text.startsWith("Finds, converts and folds")], [0, true]);
  assert.deepEqual(await convert("fold", "-h"), await convert("--help"));
  const { version } = JSON.parse(
    await Deno.readTextFile(new URL("../deno.json", import.meta.url)),
  );
  assert.equal((await convert("--version")).text, `renorm-convert ${version}`);
});

Deno.test("nothing is written on failure, and nothing over what is there unless forced", () =>
  withModels(async (path) => {
    const before = await filesBelow(path("."));
    const input = path("model.safetensors");
    const over = await convert("to-renorm", input, "--out", input);
    assert.equal(over.status, 2);
    assert.match(over.error, /--force to write over the input that is there: got ".*safetensors"/);
    const other = await convert("to-renorm", input, "--out", path("model.keras"));
    assert.match(other.error, /--force to write over a file that is there/);
    await Deno.writeTextFile(path("other.txt"), "{ no model");
    const broken = await convert("to-renorm", path("other.txt"), "--out", path("out"));
    assert.deepEqual([broken.status, /other\.txt, JSON: /.test(broken.error)], [2, true]);
    const missing = await convert("inspect", path("none.keras"));
    assert.deepEqual([missing.status, /none\.keras/.test(missing.error)], [1, true]);
    assert.deepEqual(await filesBelow(path(".")), [...before, "other.txt"].sort());

    const forced = await convert("to-renorm", input, "--out", input, "--force");
    assert.equal(forced.status, 0, forced.error);
    assert.match((await convert("inspect", input)).text, /BatchRenorm2d/);
    assert.deepEqual(await filesBelow(path(".")), [...before, "other.txt"].sort());
  }));

Deno.test("layers are chosen by --only, and left by --skip", () =>
  withModels(async (path) => {
    const chosen = await convert(
      ...["to-renorm", path("model.safetensors"), "--out", path("out"), "--only", "^net\\.4$"],
    );
    assert.match(chosen.text, /1 converted, 1 skipped/);
    const json = { class_name: "Sequential", config: { layers: [] as object[] } };
    json.config.layers.push({ class_name: "SyncBatchNormalization", config: { name: "bn" } });
    await Deno.writeTextFile(path("config.json"), JSON.stringify(json));
    const args = ["to-renorm", path("config.json"), "--out", path("out.json")];
    assert.match((await convert(...args)).error, /bn, SyncBatchNormalization.*no class we know/);
    assert.match((await convert(...args, "--skip")).text, /0 converted, 1 skipped/);
  }));

Deno.test("shards are found beside the model, and those missing, short or outside are named", () =>
  withModels(async (path) => {
    const model = JSON.parse(await Deno.readTextFile(path("model.json")));
    const [group] = model.weightsManifest;
    const withPaths = async (paths: unknown) => {
      const json = { ...model, weightsManifest: [{ ...group, paths }] };
      await Deno.writeTextFile(path("model.json"), JSON.stringify(json));
      return (await convert("inspect", path("model.json"))).error;
    };
    assert.match(await withPaths(["missing.bin"]), /model\.json, shard missing\.bin: .*ENOENT/);
    assert.match(
      await withPaths([group.paths[0]]),
      /shards of at least \d+ bytes for ".*", got 100/,
    );
    for (const outside of ["../a", "/etc/passwd", "a//b", "https://a/b", "C:\\a", "", 7]) {
      assert.match(await withPaths([outside]), /a path in the model's folder, got/);
    }
  }));

Deno.test({
  name: "an interrupted write leaves nothing, and says by its status what ended it",
  // Windows has no signals to send.
  ignore: Deno.build.os === "windows",
  fn: () =>
    withModels(async (path) => {
      // Of a large tensor that is a hole in the file: it takes no room, and time to copy.
      const size = 2 ** 31;
      const vector = (begin: number) => ({
        dtype: "F32",
        shape: [1],
        data_offsets: [begin, begin + 4],
      });
      const large = { dtype: "U8", shape: [size], data_offsets: [8, 8 + size] };
      const header = { "bn.running_mean": vector(0), "bn.running_var": vector(4), large };
      const text = new TextEncoder().encode(JSON.stringify(header));
      const start = new Uint8Array(8 + text.length);
      new DataView(start.buffer).setBigUint64(0, BigInt(text.length), true);
      start.set(text, 8);
      await Deno.writeFile(path("large.safetensors"), start);
      await Deno.truncate(path("large.safetensors"), start.length + 8 + size);
      const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--no-prompt", "--allow-read", "--allow-write", cli],
          ...["to-renorm", path("large.safetensors"), "--out", path("out/large.safetensors")],
        ],
        stdout: "null",
        stderr: "piped",
        env: { NO_COLOR: "1" },
      }).spawn();
      const output = child.output();
      const written = () => filesBelow(path("out")).catch(() => []);
      while ((await written()).length === 0) await new Promise((done) => setTimeout(done, 5));
      child.kill("SIGINT");
      const { code, stderr } = await output;
      assert.deepEqual(await written(), []);
      assert.equal(code, 130);
      assert.match(new TextDecoder().decode(stderr), /ended by SIGINT, nothing is written/);
    }),
});

Deno.test("the command needs no permission but to read and write", () =>
  withModels(async (path) => {
    const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--allow-read", "--allow-write", cli],
        ...["to-renorm", path("model.keras"), "--out", path("out.keras"), "--json"],
      ],
      env: { NO_COLOR: "1" },
    });
    const { code, stdout, stderr } = await command.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.equal(JSON.parse(new TextDecoder().decode(stdout)).converted.length, 3);
  }));
