/** `deno task web:pictures`: the pictures of docs/page.md, from a real run. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import type { Browser, Page } from "playwright-core";
import { writeCurve } from "./curve.ts";
import { defaultSettings } from "./settings.ts";
import { buildSite } from "./site.ts";
import { visit } from "./visitor_browser.ts";

const help =
  `Takes the pictures of docs/page.md in a headless Chromium, on the CPU: a minute or two. The run
that is on them is kept as the finished run of the page.

Usage: deno task web:pictures [--steps N] [--out DIR]

  --steps N  training steps before the pictures are taken (default: 900)
  --out DIR  folder of the WebP files (default: docs/images)
  --help     print this text, as -h does; --version prints the version

Exit status: 0 done, 1 a picture could not be taken or written, 2 wrong usage.
`;

interface Arguments {
  readonly steps: number;
  readonly out: string;
}

function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      steps: { type: "string", default: "900" },
      out: { type: "string", default: "docs/images" },
    },
  });
  const steps = Number(values.steps);
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new RangeError(`--steps expects an integer of at least 1: got ${values.steps}`);
  }
  return { steps, out: values.out };
}

/** A picture of a part of the page. */
interface Picture {
  readonly name: string;
  readonly width: number;
  readonly scheme?: "light" | "dark";
  /** The first and the last element that it shows. */
  readonly from: string;
  readonly to: string;
}

const firstScreen = { width: 1280, from: "header", to: ".below" };

const pictures: readonly Picture[] = [
  { name: "page", ...firstScreen },
  { name: "page-dark", width: 1120, scheme: "dark", from: "#channel-walk", to: "#d" },
  { name: "page-phone", width: 360, from: "header", to: "#accuracy" },
];

async function takePictures({ steps, out }: Arguments): Promise<string[]> {
  return await visit(await buildSite(null), { hasWebGpu: false }, async ({ browser, open }) => {
    const { page, reach, messages } = await open("?lang=en", { deviceScaleFactor: 1.5 });
    // As long as it takes, on whatever machine.
    page.setDefaultTimeout(0);
    const trainTo = async (step: number) => {
      await reach(step);
      await page.click("#toggle");
      await page.locator("#step:enabled").waitFor();
    };
    const takeInto = async (picture: Picture) => {
      const path = join(out, `${picture.name}.webp`);
      await Deno.writeFile(path, await toWebP(browser, await take(page, picture)));
      return path;
    };
    await page.click("#toggle");
    await trainTo(steps);
    const { news } = await messages();
    const points = news.flatMap((one) => one.kind === "measured" ? [one.measurement] : []);
    const shown = points.filter(({ step }) => step <= steps);
    const run = writeCurve({ settings: defaultSettings, points: shown });
    await Deno.writeTextFile(finishedRun, JSON.stringify({ run }, null, 2) + "\n");
    await page.click("#inside summary");
    const taken = [finishedRun.pathname];
    for (const picture of pictures) taken.push(await takeInto(picture));
    // A third as many steps of another run, before the one that was.
    await page.click("#inside summary");
    await page.click(".language");
    await page.click(".presets a:nth-child(3)");
    await trainTo(steps / 3);
    return [...taken, await takeInto({ name: "page-tr", ...firstScreen })];
  });
}

/** The run that the page shows before anything trains. */
const finishedRun = new URL("./finished_run.json", import.meta.url);

async function take(
  page: Page,
  { width, scheme = "light", from, to }: Picture,
): Promise<Uint8Array> {
  await page.emulateMedia({ colorScheme: scheme });
  // As high as the page, so that every chart is on the screen and drawn.
  await page.setViewportSize({ width, height: 6000 });
  // A frame each.
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".area")].every((area) =>
      area.closest("details:not([open])") !== null ||
      area.querySelector("svg")?.getAttribute("width") === `${area.clientWidth}`
    )
  );
  const [first, last] = await Promise.all(
    [from, to].map((element) => page.locator(element).first().boundingBox()),
  );
  const y = first!.y;
  const height = last!.y + last!.height - y + 12;
  return await page.screenshot({ clip: { x: 0, y, width, height } });
}

/** Has the browser encode a PNG anew, which makes a quarter of it. */
async function toWebP(browser: Browser, png: Uint8Array): Promise<Uint8Array> {
  const page = await browser.newPage();
  const encoded = await page.evaluate(async (source) => {
    const image = await createImageBitmap(await (await fetch(source)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d")!.drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.7 });
    return (new Uint8Array(await blob.arrayBuffer()) as Uint8Array & { toBase64(): string })
      .toBase64();
  }, `data:image/png;base64,${png.toBase64()}`);
  await page.close();
  return Uint8Array.fromBase64(encoded);
}

await runTask({
  name: "web:pictures",
  help,
  read: readArguments,
  async run(given) {
    for (const path of await takePictures(given)) console.log(path);
  },
});
