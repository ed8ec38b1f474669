/** Everything on the page, in one language. */
import type { Address, Ignored } from "../address.ts";
import { defaultSettings, type PageSettings } from "../settings.ts";
import { makeFormats } from "../texts/formats.ts";
import type { Language } from "../texts/languages.ts";
import { textsOf } from "../texts/texts.ts";
import type { BackendWish } from "../training/backend_wish.ts";
import { batchView } from "./batch_view.ts";
import { makeComparison } from "./comparison.ts";
import { button, element, paragraph } from "./element.ts";
import { makeExplanation } from "./explanation.ts";
import { makeFurtherReading } from "./further_reading.ts";
import { makePresets } from "./presets.ts";
import { makeHeader } from "./header.ts";
import { addressNotices, makeNotices } from "./notices.ts";
import { atPace } from "./pace.ts";
import { companyView } from "./company/company_view.ts";
import { drawView } from "./draw/draw_view.ts";
import { oneChannelView } from "./one_channel/one_channel_view.ts";
import type { Session } from "./session.ts";
import { makeSettingsForm } from "./settings_form.ts";
import { makeToolbar } from "./toolbar.ts";

/** Height and width of a digit, in pixels. */
const imageSize = 8;

/** What the body asks of the page. */
export interface BodyActions {
  change(settings: PageSettings): void;
  useBackend(backend: BackendWish): void;
  /** Address of the page with other settings or in another language. */
  addressOf(changed: { settings?: PageSettings; language?: Language }): string;
  follow(preset: PageSettings): void;
  speak(language: Language): void;
}

/** What stands on the page. */
export interface Body {
  readonly parts: readonly HTMLElement[];
  /** Shows how the session stands. */
  showStatus(): void;
  showSettings(settings: PageSettings): void;
  showImages(): void;
  /** Shows further steps, and with `isMeasured` another measurement. */
  update(isMeasured: boolean): void;
  /** Starts, and goes to where it is seen. */
  begin(): void;
}

/** Makes the body, and shows what there is to show. */
export function makeBody(
  language: Language,
  session: Session,
  shown: Pick<Address, "settings" | "backend"> & { ignored: readonly Ignored[] },
  { change, useBackend, addressOf, follow, speak }: BodyActions,
): Body {
  const texts = textsOf(language);
  const formats = makeFormats(language);
  const context = { texts, formats, history: session.history };
  let { settings } = shown;
  const form = makeSettingsForm(texts, formats, shown, {
    onChange: (changed) => change({ ...settings, ...changed }),
    onWrong: (text) => notices.say(text),
    onBackend: useBackend,
  });
  const toolbar = makeToolbar(context, {
    toggle: session.toggle,
    step: session.trainOneStep,
    reset: session.reset,
  });
  const notices = makeNotices(texts, formats, session);
  const batch = batchView(context, session.images, imageSize);
  const comparison = makeComparison(context, session.images, imageSize);
  const { images, read } = session;
  const company = companyView(context, images, (pixels) => read("company", pixels), imageSize);
  const drawing = drawView(context, images, (pixels) => read("drawing", pixels), imageSize);
  const explanation = makeExplanation(texts, imageSize);

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

  let isMeasured = true;
  const update = atPace(() => {
    toolbar.update();
    notices.update();
    batch.update();
    if (isMeasured) [comparison, company, drawing].forEach(({ update }) => update());
    else comparison.updateSteps();
    isMeasured = false;
  });
  const body: Body = {
    parts: [
      element("a", { class: "skip", href: "#experiment" }, texts.skip),
      makeHeader(texts, addressOf, speak, addressNotices(texts, shown.ignored), () => body.begin()),
      element(
        "main",
        {},
        explanation.root,
        oneChannelView(texts, formats).root,
        experiment,
        company.root,
        drawing.root,
        makePresets(texts, (settings) => addressOf({ settings }), follow),
        makeFurtherReading(texts, language),
      ),
      element("footer", {}, paragraph(texts.footer)),
    ],
    showStatus() {
      notices.showStatus();
      toolbar.setState({
        isReady: session.status().kind !== "loading",
        isTraining: session.isTraining(),
      });
    },
    showSettings(changed) {
      settings = changed;
      form.show(settings);
    },
    showImages() {
      const images = session.images();
      if (images !== null) explanation.showImages(images);
    },
    update(isNew) {
      isMeasured ||= isNew;
      update();
    },
    begin() {
      if (!session.isTraining()) session.train();
      experiment.focus({ preventScroll: true });
      comparison.root.querySelector(".columns")!.scrollIntoView({ block: "nearest" });
    },
  };
  body.showStatus();
  body.showImages();
  body.update(true);
  return body;
}
