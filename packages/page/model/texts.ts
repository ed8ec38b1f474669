import type { Language } from "../texts/languages.ts";
import type { SidePageTexts } from "../ui/side_page.ts";

/** What the page of one's own model says. */
export interface ModelTexts extends SidePageTexts {
  readonly choose: string;
  readonly drop: string;
  readonly reading: string;
  readonly read: (name: string, norms: number) => string;
  readonly columns: readonly [string, string, string, string];
  readonly range: (least: string, most: string) => string;
  readonly unknown: string;
  readonly sound: string;
  readonly convert: string;
  readonly to: string;
  readonly targets: Readonly<Record<Target, string>>;
  readonly settings: readonly [rmax: string, dmax: string, warmupSteps: string];
  readonly save: string;
  readonly saved: (names: readonly string[]) => string;
  readonly nothing: string;
  readonly failed: string;
}

/** What a model's norms may become. */
export type Target = (typeof targets)[number];

/** In the order in which they are offered. */
export const targets = ["batch-renorm", "batch-norm", "folded"] as const;

const en: ModelTexts = {
  title: "Your own model",
  lead: "Which batch norms does a model have, in what state are their statistics, and what would " +
    "it be with batch renorm? Choose a <code>model.json</code> of TensorFlow.js with its " +
    "<code>.bin</code> files, a <code>.keras</code> or <code>.h5</code> file, or a PyTorch " +
    "checkpoint as <code>.safetensors</code>. It is read here; nothing leaves your browser.",
  choose: "Your model’s files",
  drop: "or drop them here",
  reading: "Reading …",
  read: (name, norms) => `${name}: ${norms} norm ${norms === 1 ? "layer" : "layers"}`,
  columns: ["Layer", "Running mean", "Running variance", "Norm"],
  range: (least, most) => `${least} to ${most}`,
  unknown: "not in this file",
  sound: "Nothing in these statistics stands out.",
  convert: "Convert",
  to: "Norms become",
  targets: {
    "batch-renorm": "batch renorm",
    "batch-norm": "batch norm",
    folded: "part of the layer before (folded)",
  },
  settings: ["rmax", "dmax", "Warm-up, steps"],
  save: "Convert and save",
  saved: (names) => `Saved: ${names.join(", ")}`,
  nothing: "Nothing was changed, so nothing is saved:",
  failed: "That did not work:",
};

const tr: ModelTexts = {
  title: "Kendi modeliniz",
  lead:
    "Bir modelde hangi batch norm katmanları var, istatistikleri ne durumda, batch renorm ile " +
    "ne olurdu? TensorFlow.js’in <code>model.json</code> dosyasını <code>.bin</code> dosyalarıyla " +
    "birlikte, bir <code>.keras</code> ya da <code>.h5</code> dosyasını, ya da " +
    "<code>.safetensors</code> biçiminde bir PyTorch kaydını seçin. Dosya burada okunur; hiçbir " +
    "şey tarayıcınızdan çıkmaz.",
  choose: "Modelinizin dosyaları",
  drop: "ya da buraya bırakın",
  reading: "Okunuyor …",
  read: (name, norms) => `${name}: ${norms} normalizasyon katmanı`,
  columns: ["Katman", "Hareketli ortalama", "Hareketli varyans", "Normalizasyon"],
  range: (least, most) => `${least} – ${most}`,
  unknown: "bu dosyada yok",
  sound: "Bu istatistiklerde göze çarpan bir şey yok.",
  convert: "Dönüştür",
  to: "Katmanlar şuna dönüşsün",
  targets: {
    "batch-renorm": "batch renorm",
    "batch-norm": "batch norm",
    folded: "önceki katmanın parçası (katlanmış)",
  },
  settings: ["rmax", "dmax", "Isınma, adım"],
  save: "Dönüştür ve kaydet",
  saved: (names) => `Kaydedildi: ${names.join(", ")}`,
  nothing: "Hiçbir şey değişmedi, bu yüzden bir şey kaydedilmedi:",
  failed: "Bu olmadı:",
};

/** The texts of a language. */
export const modelTexts: Readonly<Record<Language, ModelTexts>> = { en, tr };
