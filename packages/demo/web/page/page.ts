/** The page's entry: puts its parts together and keeps the address current. */
import { readAddress, writeAddress } from "../address.ts";
import { defaultSettings, type PageSettings } from "../settings.ts";
import { makeFormats } from "../texts/formats.ts";
import { chooseLanguage } from "../texts/languages.ts";
import { textsOf } from "../texts/texts.ts";
import { makeComparison } from "./comparison.ts";
import { batchView } from "./batch_view.ts";
import { button, element, paragraph } from "./element.ts";
import { makeExplanation } from "./explanation.ts";
import { makeFurther, makePresets } from "./further.ts";
import { makeHeader } from "./header.ts";
import { makeNotices } from "./notices.ts";
import { openSession } from "./session.ts";
import { makeSettingsForm } from "./settings_form.ts";
import { makeToolbar } from "./toolbar.ts";
import { atPace } from "./pace.ts";

/** Height and width of a digit, in pixels. */
const imageSize = 8;

const address = readAddress(location.search);
const language = address.language ?? chooseLanguage(navigator.languages);
const texts = textsOf(language);
const formats = makeFormats(language);
let { settings, backend } = address;

const addressNow = (changed: Partial<typeof address> = {}) =>
  writeAddress({ settings, backend, language: address.language, ...changed });
const keepAddress = () => history.replaceState(null, "", addressNow() + location.hash);

const session = openSession(new URL("worker.js", import.meta.url), settings, backend, {
  onStatus(status) {
    notices.showStatus(status);
    toolbar.setState({
      isReady: status.kind !== "loading",
      isTraining: session.isTraining(),
    });
  },
  onBackend: (running) => notices.showBackend(running),
  onImages: (images) => explanation.showImages(images),
  onSteps: () => update(),
  onMeasurement() {
    isMeasured = true;
    update();
  },
});
const context = { texts, formats, history: session.history };

const change = (changed: PageSettings) => {
  settings = changed;
  form.show(settings);
  keepAddress();
  session.change(settings);
};
const form = makeSettingsForm(texts, formats, address, {
  onChange: (changed) => change({ ...settings, ...changed }),
  onWrong: (text) => notices.say(text),
  onBackend(wish) {
    backend = wish;
    keepAddress();
    session.useBackend(wish);
  },
});
const toolbar = makeToolbar(context, {
  toggle: session.toggle,
  step: session.trainOneStep,
  reset: session.reset,
});
const notices = makeNotices(texts, formats, session, address.ignored);
const batch = batchView(context, session.images, imageSize);
const comparison = makeComparison(context, session.images, imageSize);
const explanation = makeExplanation(texts, imageSize);
const begin = () => {
  if (!session.isTraining()) session.train();
  experiment.focus({ preventScroll: true });
  comparison.root.querySelector(".columns")!.scrollIntoView({ block: "nearest" });
};
const presetSettings = (preset: string) => readAddress(preset).settings;
const presets = makePresets(
  texts,
  (preset) => addressNow({ settings: presetSettings(preset) }),
  (preset) => {
    // As with any link one can go back, unless it leads to where one is.
    const followed = presetSettings(preset);
    if (addressNow({ settings: followed }) !== addressNow()) {
      history.pushState(null, "", location.href);
    }
    change(followed);
    begin();
  },
);

/** Since the last update. */
let isMeasured = false;
const update = atPace(() => {
  toolbar.update();
  notices.update();
  batch.update();
  if (isMeasured) comparison.update();
  else comparison.updateSteps();
  isMeasured = false;
});

const copyLink = async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    notices.say(texts.settings.copied);
  } catch {
    notices.say(texts.settings.notCopied(location.href));
  }
};
const controls = element(
  "details",
  { class: "controls" },
  element("summary", {}, texts.settings.heading, form.summary),
  element("p", { class: "help" }, texts.settings.text),
  form.root,
  element(
    "div",
    { class: "buttons" },
    button(texts.settings.defaults, () => change(defaultSettings), { id: "defaults" }),
    button(texts.settings.copy, copyLink, { id: "copy" }),
  ),
);
const experiment = element(
  "section",
  { class: "experiment", id: "experiment", tabindex: -1 },
  element("h2", {}, texts.experiment.heading),
  paragraph(texts.experiment.text),
  toolbar.root,
  notices.root,
  controls,
  batch.root,
  comparison.root,
);
const other = language === "en" ? "tr" : "en";
const otherLanguage = element(
  "a",
  { class: "language", lang: other, hreflang: other, href: addressNow({ language: other }) },
  texts.otherLanguage,
);
// The settings may have changed since.
otherLanguage.addEventListener("click", () => {
  otherLanguage.href = addressNow({ language: other });
});

document.documentElement.lang = language;
// The spaces that keep names together are for the heading alone.
document.title = texts.title.replaceAll("\u00a0", " ");
document.body.replaceChildren(
  element("a", { class: "skip", href: "#experiment" }, texts.skip),
  makeHeader(texts, otherLanguage, begin),
  element("main", {}, explanation.root, experiment, presets, makeFurther(texts, language)),
  element("footer", {}, paragraph(texts.footer)),
);
toolbar.setState({ isReady: false, isTraining: false });
keepAddress();
// Back to an address with other settings: the page shows what its address says.
addEventListener("popstate", () => {
  if (location.search !== addressNow()) location.reload();
});
