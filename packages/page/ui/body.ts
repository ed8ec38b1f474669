/** Everything on the page, in one language. */
import type { Address, Ignored } from "../address.ts";
import type { Curve } from "../curve.ts";
import type { PageSettings } from "../settings.ts";
import { makeFormats } from "../texts/formats.ts";
import type { Language } from "../texts/languages.ts";
import { textsOf } from "../texts/texts.ts";
import type { BackendWish } from "../training/backend_wish.ts";
import { batchView } from "./batch_view.ts";
import { modesChart } from "./charts/modes_chart.ts";
import { columns } from "./columns.ts";
import { element, paragraph, setText } from "./element.ts";
import { explanationHtml } from "./explanation_html.ts";
import { makeFurtherReading } from "./further_reading.ts";
import { makeHeader } from "./header.ts";
import { folded } from "./folded.ts";
import { insideLayer } from "./inside_layer.ts";
import { addressNotices, makeNotices } from "./notices.ts";
import { numbersTable } from "./numbers_table.ts";
import { atPace } from "./pace.ts";
import { makePresets } from "./presets.ts";
import { companyView } from "./company/company_view.ts";
import { drawView } from "./draw/draw_view.ts";
import { oneChannelView } from "./one_channel/one_channel_view.ts";
import type { Session } from "./session.ts";
import { differenceInWords, makeSettingsForm } from "./settings_form.ts";
import { makeToolbar } from "./toolbar.ts";
import type { View, ViewContext } from "./view.ts";

/** Height and width of a digit, in pixels. */
const imageSize = 8;

/** What the body asks of the page. */
export interface BodyActions {
  change(settings: PageSettings): void;
  /** The run that stays in sight. */
  before(): Curve | null;
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
  /** Shows further steps, and with `isMeasured` another measurement. */
  update(isMeasured: boolean): void;
}

/** Makes the body, and shows what there is to show. */
export function makeBody(
  language: Language,
  session: Session,
  shown: Pick<Address, "settings" | "backend"> & { ignored: readonly Ignored[] },
  { change, before, useBackend, addressOf, follow, speak }: BodyActions,
): Body {
  const texts = textsOf(language);
  const formats = makeFormats(language);
  let { settings } = shown;
  const { history, images, read } = session;
  const context: ViewContext = {
    texts,
    formats,
    history,
    images,
    before,
    settings: () => settings,
  };
  const company = companyView(context, images, (batches) => read("company", batches), imageSize);
  const drawing = drawView(context, images, (batches) => read("drawing", batches), imageSize);
  const copyLink = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      notices.say(texts.settings.copied);
    } catch {
      notices.say(texts.settings.notCopied(location.href));
    }
  };
  const form = makeSettingsForm(texts, formats, shown, {
    onChange: (changed) => change({ ...settings, ...changed }),
    onWrong: (text) => notices.say(text),
    onBackend: useBackend,
    onCopy: copyLink,
  });
  const presets = makePresets(texts, (settings) => addressOf({ settings }), follow);
  const toolbar = makeToolbar(context, {
    toggle: session.toggle,
    step: session.trainOneStep,
    reset: session.reset,
  });
  const notices = makeNotices(context, session);
  const batch = batchView(context);
  const accuracy = columns(
    texts,
    "accuracy",
    {},
    (network) => modesChart(context, network, "accuracy"),
  );
  const beforeLine = element("p", { class: "before" });
  const details = [lossView(context), insideLayer(context)];
  const explanation = element("div");
  explanation.innerHTML = explanationHtml(texts);

  let isMeasured = true;
  const update = atPace(() => {
    toolbar.update();
    notices.update();
    batch.update();
    if (isMeasured) {
      accuracy.update();
      const run = before();
      setText(
        beforeLine,
        run === null ? "" : texts.experiment.before(
          differenceInWords(texts, formats, run.settings, settings),
        ),
      );
      [company, drawing, details[0]].forEach(({ update }) => update());
    }
    details[1].update();
    isMeasured = false;
  });
  const body: Body = {
    parts: [
      element("a", { class: "skip", href: "#experiment" }, texts.skip),
      makeHeader(texts, addressOf, speak, addressNotices(texts, shown.ignored)),
      element(
        "main",
        { id: "experiment", tabindex: -1 },
        toolbar.root,
        element(
          "section",
          { class: "experiment", "aria-label": texts.experiment.label },
          notices.root,
          presets.root,
          form.root,
          accuracy.root,
          element("div", { class: "below" }, batch.root, beforeLine),
        ),
        oneChannelView(texts, formats).root,
        company.root,
        drawing.root,
        element("section", { class: "folded" }, ...details.map(({ root }) => root)),
        explanation,
        makeFurtherReading(texts, language),
      ),
      element("footer", {}, paragraph(texts.footer)),
    ],
    showStatus() {
      notices.showStatus();
      toolbar.setTraining(session.isTraining());
    },
    showSettings(changed) {
      settings = changed;
      form.show(settings);
      presets.show(settings);
    },
    update(isNew) {
      isMeasured ||= isNew;
      update();
    },
  };
  body.showStatus();
  body.showSettings(settings);
  body.update(true);
  return body;
}

/** The loss of both networks, and all numbers as a table. */
function lossView(context: ViewContext): View {
  const { texts } = context;
  const loss = columns(
    texts,
    "loss",
    texts.loss,
    (network) => modesChart(context, network, "loss"),
  );
  const table = numbersTable(context);
  const update = () => {
    loss.update();
    table.update();
  };
  return folded("losses", texts.loss.summary, update, loss.root, table.root);
}
