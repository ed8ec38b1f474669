import type { Language } from "../texts/languages.ts";
import type { SidePageTexts } from "../ui/side_page.ts";

/** What the page that measures a device says. */
export interface MeasureTexts extends SidePageTexts {
  readonly start: string;
  readonly missing: string;
  readonly adapter: (name: string) => string;
  readonly measuring: (shape: string, index: number, count: number) => string;
  readonly columns: readonly string[];
  readonly operations: Readonly<Record<"forward" | "both", string>>;
  readonly times: (ratio: string) => string;
  readonly done: string;
  readonly copy: string;
  readonly copied: string;
  readonly failed: (reason: string) => string;
}

const en: MeasureTexts = {
  title: "Measure this device",
  lead: "How fast are Renorm’s WebGPU kernels on your graphics card, beside a plain copy of the " +
    "same bytes and beside TensorFlow.js? So far the project knows software drivers only. It " +
    "takes about a minute; the result is shown here, and is yours to send or not.",
  start: "Measure",
  missing: "This browser has no WebGPU adapter, so there is nothing to measure.",
  adapter: (name) => `Adapter: ${name}`,
  measuring: (shape, index, count) => `Measuring ${shape}, ${index} of ${count} …`,
  columns: ["Shape", "Operation", "Ours, ms", "Copy, ms", "Of the copy’s speed", "TensorFlow.js"],
  operations: { forward: "forward", both: "forward and backward" },
  times: (ratio) => `${ratio} times as long`,
  done: "Done.",
  copy: "Copy the result as JSON",
  copied: "Copied.",
  failed: (reason) => `That did not work: ${reason}`,
};

const tr: MeasureTexts = {
  title: "Bu aygıtı ölç",
  lead:
    "Renorm’un WebGPU çekirdekleri sizin ekran kartınızda ne kadar hızlı; aynı baytların düz bir " +
    "kopyasının ve TensorFlow.js’in yanında? Proje şimdiye dek yalnız yazılımdan sürücüler gördü. " +
    "Bir dakika kadar sürer; sonuç burada gösterilir, gönderip göndermemek size kalmıştır.",
  start: "Ölç",
  missing: "Bu tarayıcıda WebGPU bağdaştırıcısı yok, ölçülecek bir şey de yok.",
  adapter: (name) => `Bağdaştırıcı: ${name}`,
  measuring: (shape, index, count) => `${shape} ölçülüyor, ${index}/${count} …`,
  columns: ["Biçim", "İşlem", "Bizim, ms", "Kopya, ms", "Kopya hızına oranı", "TensorFlow.js"],
  operations: { forward: "ileri", both: "ileri ve geri" },
  times: (ratio) => `${ratio} katı süre`,
  done: "Bitti.",
  copy: "Sonucu JSON olarak kopyala",
  copied: "Kopyalandı.",
  failed: (reason) => `Bu olmadı: ${reason}`,
};

/** The texts of a language. */
export const measureTexts: Readonly<Record<Language, MeasureTexts>> = { en, tr };
