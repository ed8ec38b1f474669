/** The page's entry: one session, shown in a language, and an address that says what is shown. */
import { readAddress, writeAddress } from "../address.ts";
import type { PageSettings } from "../settings.ts";
import { chooseLanguage, type Language } from "../texts/languages.ts";
import { textsOf } from "../texts/texts.ts";
import type { BackendWish } from "../training/backend_wish.ts";
import { makeBody } from "./body.ts";
import { openSession } from "./session.ts";

let { settings, backend, language: asked, ignored } = readAddress(location.search);
const language = () => asked ?? chooseLanguage(navigator.languages);

const addressOf = (changed: { settings?: PageSettings; language?: Language }) =>
  writeAddress({ settings, backend, language: asked, ...changed });
const addressNow = () => addressOf({}) + location.hash;
const keepAddress = () => history.replaceState(null, "", addressNow());
/** As with any link one can go back, unless it leads to where one is. */
const leaveAddress = (to: string) => {
  if (to !== addressOf({})) history.pushState(null, "", location.href);
};

const session = openSession(new URL("worker.js", import.meta.url), settings, backend, {
  onStatus: () => body.showStatus(),
  onImages: () => body.showImages(),
  onSteps: () => body.update(false),
  onMeasurement: () => body.update(true),
});

function change(changed: PageSettings): void {
  settings = changed;
  body.showSettings(settings);
  keepAddress();
  session.change(settings);
}

function useBackend(wish: BackendWish): void {
  backend = wish;
  keepAddress();
  session.useBackend(wish);
}

/** The run goes on; what was open or chosen stays so. */
function speak(changed: Language | null): void {
  asked = changed;
  keepAddress();
  const kept = () => document.querySelectorAll<HTMLDetailsElement>("details");
  const chosen = () => document.querySelectorAll<HTMLInputElement>("#layer, #channel");
  const [opened, values] = [[...kept()].map(({ open }) => open), [...chosen()].map(valueOf)];
  show();
  kept().forEach((one, i) => one.open = opened[i]);
  chosen().forEach((one, i) => {
    one.value = values[i];
    for (const event of ["change", "input"]) one.dispatchEvent(new Event(event));
  });
  document.querySelector<HTMLElement>(".language")!.focus();
}

const valueOf = ({ value }: { readonly value: string }) => value;

function makeShown() {
  return makeBody(language(), session, { settings, backend, ignored }, {
    change,
    useBackend,
    addressOf,
    follow(preset) {
      leaveAddress(addressOf({ settings: preset }));
      change(preset);
      body.begin();
    },
    speak(language) {
      leaveAddress(addressOf({ language }));
      speak(language);
    },
  });
}

let body = makeShown();
function show(): void {
  body = makeShown();
  document.documentElement.lang = language();
  // The spaces that keep names together are for the heading alone.
  document.title = textsOf(language()).title.replaceAll("\u00a0", " ");
  document.body.replaceChildren(...body.parts);
}
show();
keepAddress();

// Back to another address: the page shows what its address says.
addEventListener("popstate", () => {
  const said = readAddress(location.search);
  const isOther = addressOf({ settings: said.settings }) !== addressOf({});
  ({ ignored } = said);
  if (said.language !== asked) speak(said.language);
  if (said.backend !== backend) location.reload();
  else if (isOther) change(said.settings);
});
