import assert from "node:assert/strict";
import { fileOf, norm, type TestTensor, valuesOf } from "../testing/checkpoints.ts";
import { convert } from "../testing/command_line.ts";
import { filesOf, models, predict, tf } from "../testing/layers_models.ts";
import { withFolder } from "../testing/with_folder.ts";

const conv: TestTensor = { shape: [2, 1, 1, 2], values: [1, 2, 3, 4] };

Deno.test("pairs, eps, order and transposed layers are said on the command line and in files", () =>
  withFolder(async (path) => {
    const square = { shape: [2, 2, 1], values: [1, 2, 3, 4] };
    const tensors = { "a.weight": conv, ...norm("b"), "up.weight": square, ...norm("d") };
    await Deno.writeFile(path("m.safetensors"), fileOf(tensors));
    await Deno.writeTextFile(path("pairs.json"), '{ "b": "a" }');
    await Deno.writeTextFile(path("order.txt"), "a\nb\nup\nd\n");
    await Deno.writeTextFile(path("order.json"), '["a", "b", "up", "d"]');
    const fold = async (...args: string[]) => {
      const file = path("m.safetensors");
      const out = path("out.safetensors");
      const done = await convert("fold", file, "--out", out, "--force", "--json", ...args);
      assert.equal(done.status, 0, done.error);
      return JSON.parse(done.text);
    };
    const across = ["--transposed", "up", "--eps", "1", "--eps", "d=6"];
    for (
      const said of [
        ["--pair", "pairs.json", "--pair", "d=up"],
        ["--like", "order.txt"],
        ["--like", "order.json"],
      ]
    ) {
      const args = said.map((arg) => /json$|txt$/.test(arg) ? path(arg) : arg);
      const { folded } = await fold(...args, ...across);
      assert.deepEqual(folded.map(({ path, into, eps }: never) => [path, into, eps]), [
        ["b", "a", 1],
        ["d", "up", 6],
      ]);
      const values = await valuesOf(await Deno.readFile(path("out.safetensors")));
      // Factors of d are 2/√(3+6) and 3/√(8+6), on the second axis.
      const [first, second] = [2 / 3, 3 / Math.sqrt(14)].map(Math.fround);
      const wanted = [first, 2 * second, 3 * first, 4 * second];
      values.get("up.weight")!.forEach((v, i) => assert.ok(Math.abs(v - wanted[i]) < 1e-6));
    }
    const one = await fold("--pair", path("pairs.json"), "--only", "d");
    assert.deepEqual([one.folded, one.skipped[0].reason], [[], "left out by the filter"]);
    const most = await fold("--pair", path("pairs.json"), "--skip", "d");
    assert.deepEqual(most.folded.map(({ by }: { by: string }) => by), ["pair"]);
  }));

Deno.test("wrong options of a folding are status 2, and pairs for a model with a graph too", () =>
  withFolder(async (path) => {
    const wrong: [string[], RegExp][] = [
      [["--pair", "a"], /--pair NORM=LAYER: got "a"/],
      [["--pair", "a=b", "--pair", "a=c"], /one --pair for each batch norm: got "a twice"/],
      [["--pair", "a.json", "--pair", "b.json"], /one JSON file of pairs/],
      [["--eps", "x=1", "--eps", "x=2"], /one --eps for each path/],
      [["--eps", "x=y"], /a number for --eps: got "y"/],
      [["--eps", "x=0"], /eps to be finite and above 0: got 0/],
      [["--rmax", "3"], /options that fold has: got --rmax/],
    ];
    for (const [args, message] of wrong) {
      const { status, error } = await convert("fold", "x", "--out", "y", ...args);
      assert.equal(status, 2, error);
      assert.match(error, message);
    }
    const { json, shards } = await filesOf(models.nested().model);
    await Deno.writeTextFile(path("model.json"), JSON.stringify(json));
    for (const [name, bytes] of shards) await Deno.writeFile(path(name), bytes);
    const paired = await convert(
      ...["fold", path("model.json"), "--out", path("out.json"), "--pair", "a=b"],
    );
    assert.equal(paired.status, 2);
    assert.match(paired.error, /a model with a graph has, such as filter: got pairs/);
  }));

Deno.test("a result that changed nothing says so, and why", () =>
  withFolder(async (path) => {
    await Deno.writeFile(path("m.safetensors"), fileOf({ "x.weight": conv, ...norm("bn") }));
    await Deno.writeFile(path("none.safetensors"), fileOf({ "x.weight": conv }));
    const cases: [string[], RegExp][] = [
      [["fold", path("m.safetensors")], /^convert: nothing was folded: 1 left, the first, bn: /],
      [["fold", path("m.safetensors"), "--only", "zz"], /--only "zz" matches none of 1 layers/],
      [["fold", path("m.safetensors"), "--skip", "b"], /--skip "b" matches all layers/],
      [["fold", path("none.safetensors")], /nothing was folded: the file holds no layer for it/],
      [["to-renorm", path("m.safetensors"), "--only", "zz"], /converted: --only "zz" matches none/],
      [["to-renorm", path("none.safetensors")], /nothing was converted: the file holds no layer/],
    ];
    for (const [args, message] of cases) {
      const { status, error } = await convert(...args, "--out", path("out"), "--force");
      assert.equal(status, 0);
      assert.match(error, message);
    }
  }));

Deno.test("a folded layers model and the one it was made of share a folder", () =>
  withFolder(async (path) => {
    const { model, inputShape } = models.nested();
    const files = await filesOf(model);
    await Deno.writeTextFile(path("model.json"), JSON.stringify(files.json));
    for (const [name, bytes] of files.shards) await Deno.writeFile(path(name), bytes);
    const readModel = async (name: string) => {
      const json = JSON.parse(await Deno.readTextFile(path(name)));
      const paths: string[] = json.weightsManifest.flatMap(({ paths }: never) => paths);
      const shards = await Promise.all(
        paths.map(async (one): Promise<[string, Uint8Array]> => [
          one,
          await Deno.readFile(path(one)),
        ]),
      );
      return { json, shards: new Map(shards) };
    };
    const x = tf.randomNormal(inputShape, 0, 1, "float32", 1);
    const before = await predict(files, x);
    const done = await convert("fold", path("model.json"), "--out", path("folded.json"));
    assert.equal(done.status, 0, done.error);
    assert.deepEqual(await predict(await readModel("model.json"), x), before);
    const folded = await readModel("folded.json");
    assert.ok([...folded.shards.keys()].every((name) => name.startsWith("folded-shard")));
    (await predict(folded, x)).forEach((y, i) => assert.ok(Math.abs(y - before[i]) < 1e-5));
  }));

Deno.test("a checkpoint in several files is one, and each file is written back", () =>
  withFolder(async (path) => {
    const { "b.running_var": variance, ...others } = norm("b");
    const renorm = { format: "pt" };
    const parts = {
      "model-00001-of-00002.safetensors": { "a.weight": conv, ...others },
      "model-00002-of-00002.safetensors": { "b.running_var": variance, ...norm("c") },
    };
    const weight_map: Record<string, string> = {};
    for (const [name, tensors] of Object.entries<Record<string, TestTensor>>(parts)) {
      await Deno.writeFile(path(name), fileOf(tensors, renorm));
      for (const tensor of Object.keys(tensors)) weight_map[tensor] = name;
    }
    const index = { metadata: { total_size: 0, by: "me" }, weight_map };
    const file = path("model.safetensors.index.json");
    await Deno.writeTextFile(file, JSON.stringify(index));

    const { layers } = JSON.parse((await convert("inspect", file, "--json")).text);
    assert.deepEqual(layers.map(({ path }: { path: string }) => path), ["b", "c"]);
    assert.ok(layers.every(({ unsupported }: { unsupported: null }) => unsupported === null));

    const out = path("there/renorm.safetensors.index.json");
    const renormed = await convert("to-renorm", file, "--out", out, "--rmax", "2", "--json");
    assert.equal(renormed.status, 0, renormed.error);
    const shard = (n: number) => `renorm-0000${n}-of-00002.safetensors`;
    const made = JSON.parse(await Deno.readTextFile(out));
    assert.deepEqual(Object.keys(made.weight_map), Object.keys(weight_map));
    assert.deepEqual([...new Set(Object.values(made.weight_map))], [shard(1), shard(2)]);
    const there = JSON.parse((await convert("inspect", out, "--json")).text);
    assert.ok(there.layers.every(({ kind }: { kind: string }) => kind === "batch-renorm"));

    const folded = path("folded.safetensors.index.json");
    const done = await convert("fold", file, "--out", folded, "--pair", "b=a", "--eps", "1");
    assert.equal(done.status, 0, done.error);
    const { metadata, weight_map: now } = JSON.parse(await Deno.readTextFile(folded));
    assert.deepEqual(metadata, { total_size: 4 * (4 + 2) + 4 * 8, by: "me" });
    assert.deepEqual(Object.keys(now), [
      ...["a.weight", "a.bias"],
      ...["c.weight", "c.bias", "c.running_mean", "c.running_var"],
    ]);
    const values = await valuesOf(await Deno.readFile(path(now["a.weight"])));
    assert.deepEqual(values.get("a.bias"), Float64Array.of(5 - 1, 7 - 2));

    // One of the two alone holds half a norm.
    const half = await convert("to-renorm", path("model-00001-of-00002.safetensors"), "--out", "x");
    assert.match(half.error, /b, .*has a running_mean without a running_var, as in one file of/);
    const wrong: [object, RegExp][] = [
      [{ ...weight_map, "d.weight": "model-00001-of-00002.safetensors" }, /that tensor in model-0/],
      [{ ...weight_map, "a.weight": "../x.safetensors" }, /a file in its folder, got/],
      [{ ...weight_map, "a.weight": "x.safetensors" }, /shard x\.safetensors: .*ENOENT/],
      [{ "a.weight": weight_map["a.weight"] }, /"b.weight" of model-00001.*, got none/],
      [{}, /weight_map: expected tensors, got none/],
    ];
    for (const [weight_map, message] of wrong) {
      await Deno.writeTextFile(file, JSON.stringify({ weight_map }));
      const { status, error } = await convert("inspect", file);
      assert.deepEqual([status, message.test(error)], [2, true], error);
    }
  }));
