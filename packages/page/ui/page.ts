/** The page's entry: one session, shown in a language, and an address that says what is shown. */
import { type Address, readAddress, writeAddress } from "../address.ts";
import type { PageSettings } from "../settings.ts";
import { chooseLanguage, type Language } from "../texts/languages.ts";
import { textsOf } from "../texts/texts.ts";
import type { BackendWish } from "../training/backend_wish.ts";
import { makeBody } from "./body.ts";
import { openSession } from "./session.ts";

let { ignored, ...shown } = readAddress(location.search);
const language = () => shown.language ?? chooseLanguage(navigator.languages);

const addressOf = (changed: Partial<Address>) => writeAddress({ ...shown, ...changed });
const show = (changed: Partial<Address>) => {
  shown = { ...shown, ...changed };
  history.replaceState(null, "", addressOf({}) + location.hash);
};
/** As with any link one can go back, unless it leads to where one is. */
const leaveAddress = (to: string) => {
  if (to !== addressOf({})) history.pushState(null, "", location.href);
};

const session = openSession(
  new URL("worker.js", import.meta.url),
  shown.settings,
  shown.backend,
  {
    onStatus: () => body.showStatus(),
    onSteps: () => body.update(false),
    onMeasurement: () => body.update(true),
  },
);

/** What has been trained so far stays in sight behind the next run. */
function change(settings: PageSettings): void {
  const isOther = addressOf({ settings }) !== addressOf({});
  const { points } = session.history();
  const hasTrained = (points.at(-1)?.step ?? 0) > 0;
  const before = isOther && hasTrained ? { settings: shown.settings, points } : shown.before;
  show({ settings, before });
  body.showSettings(settings);
  session.change(settings);
}

/** The run goes on; what was open or chosen stays so. */
function speak(changed: Language | null): void {
  show({ language: changed });
  const kept = () => document.querySelectorAll<HTMLDetailsElement>("details");
  const chosen = () => document.querySelectorAll<HTMLInputElement>("#layer, #channel");
  const [opened, values] = [[...kept()].map(({ open }) => open), [...chosen()].map(valueOf)];
  showBody();
  kept().forEach((one, i) => one.open = opened[i]);
  chosen().forEach((one, i) => {
    one.value = values[i];
    for (const event of ["change", "input"]) one.dispatchEvent(new Event(event));
  });
  document.querySelector<HTMLElement>(".language")!.focus();
}

const valueOf = ({ value }: { readonly value: string }) => value;

function makeShown() {
  return makeBody(language(), session, { ...shown, ignored }, {
    change,
    before: () => shown.before,
    useBackend(backend: BackendWish) {
      show({ backend });
      session.useBackend(backend);
    },
    addressOf,
    follow(preset) {
      leaveAddress(addressOf({ settings: preset }));
      change(preset);
      if (!session.isTraining()) session.train();
    },
    speak(language) {
      leaveAddress(addressOf({ language }));
      speak(language);
    },
  });
}

let body = makeShown();
function showBody(): void {
  body = makeShown();
  document.documentElement.lang = language();
  // The spaces that keep names together are for the heading alone.
  document.title = textsOf(language()).title.replaceAll("\u00a0", " ");
  document.body.replaceChildren(...body.parts);
}
showBody();
show({});

// Back to another address: the page shows what its address says.
addEventListener("popstate", () => {
  const { ignored: wrong, ...said } = readAddress(location.search);
  ignored = wrong;
  const isOther = addressOf({ settings: said.settings }) !== addressOf({});
  if (said.backend !== shown.backend) return location.reload();
  if (said.language !== shown.language) speak(said.language);
  if (isOther) change(said.settings);
});
