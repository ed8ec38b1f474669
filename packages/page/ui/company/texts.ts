/** What is said about a digit and its company. */
const en = {
  heading: "Same digit, other company",
  text:
    "The first digit of this batch stays; change what stands beside it. In training mode batch norm reads it by " +
    "the mean and deviation of them all, so its answer may change though the digit does not.",
  digit: "The digit",
  read: (digit: string) => `Read a ${digit}`,
  another: "Another one",
  company: "Its company",
  palette: "Or one by one",
  kinds: { same: "the same digit", other: "another digit", mixed: "several digits" },
  beside: (digit: string) => `Put a ${digit} beside it`,
  picture: (digit: string) => `${digit}, read`,
  neighbour: (digit: string) => `${digit}, beside it`,
  before: "Outlined: in the company before.",
  changed: (network: string, now: string, before: string) =>
    `${network} says ${now} now, not ${before}`,
  stays: (network: string, digit: string, moved: string) =>
    `${network} stays with ${digit} (probabilities moved by ${moved} at most)`,
};

/** The same in Turkish. */
const tr: typeof en = {
  heading: "Aynı rakam, başka yığın arkadaşları",
  text:
    "Bu yığının ilk rakamı hep aynı kalır; siz yanındakileri değiştirin. Batch norm eğitim kipinde onu hepsinin " +
    "ortalaması ve sapmasıyla okur; rakam değişmese de yanıtı değişebilir.",
  digit: "Rakam",
  read: (digit) => `Bir ${digit} okunsun`,
  another: "Bir başkası",
  company: "Yanındakiler",
  palette: "Ya da tek tek",
  kinds: { same: "aynı rakam", other: "başka bir rakam", mixed: "çeşitli rakamlar" },
  beside: (digit) => `Yanına bir ${digit} koy`,
  picture: (digit) => `${digit}, okunan`,
  neighbour: (digit) => `${digit}, yanında`,
  before: "Kesikli çerçeve: önceki yığındaki yanıt.",
  changed: (network, now, before) => `${network} artık ${before} değil, ${now} diyor`,
  stays: (network, digit, moved) =>
    `${network} ${digit} demeyi sürdürüyor (olasılıklar en çok ${moved} oynadı)`,
};

export const companyTexts = { en, tr };
