import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = new URL("../", import.meta.url);

/**
 * Writes the API reference of each published package, as Deno makes it from the comments, and a
 * page that links to all.
 *
 * @throws {Error} when Deno cannot write it; the text is Deno's
 */
export async function writeApiReference(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const names = await publishedNames();
  for (const name of names) {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["doc", "--html", `--name=@renorm/${name}`, `--output=${join(folder, name)}`, "mod.ts"],
      cwd: fileURLToPath(new URL(name, packages)),
    });
    const { success, stderr } = await command.output();
    if (!success) {
      throw new Error(`deno doc of @renorm/${name} failed: ${new TextDecoder().decode(stderr)}`);
    }
  }
  const links = names.map((name) => `<li><a href="${name}/index.html">@renorm/${name}</a></li>`);
  await Deno.writeTextFile(
    join(folder, "index.html"),
    `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <meta name="color-scheme" content="light dark">
  <title>Renorm: API reference</title>
  <body style="max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui">
    <h1>Renorm: API reference</h1>
    <ul>
      ${links.join("\n      ")}
    </ul>
  </body>
</html>
`,
  );
}

async function publishedNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(packages)) {
    const config = new URL(`${name}/deno.json`, packages);
    if (JSON.parse(await Deno.readTextFile(config)).publish !== false) names.push(name);
  }
  return names.sort();
}
