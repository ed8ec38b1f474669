/** The page in Turkish, in the terms of docs/guide.tr.md. */
import { answersTexts } from "../ui/answers/texts.ts";
import { companyTexts } from "../ui/company/texts.ts";
import { drawTexts } from "../ui/draw/texts.ts";
import { oneChannelTexts } from "../ui/one_channel/texts.ts";
import type { Texts } from "./en.ts";

export const tr: Texts = {
  oneChannel: oneChannelTexts.tr,
  otherCompany: companyTexts.tr,
  ownDigit: drawTexts.tr,
  answers: answersTexts.tr,
  code: "tr",
  title: "Batch\u00a0norm ile batch\u00a0renorm yan yana",
  skip: "Deneye geç",
  project: "Renorm",
  otherLanguage: "English",
  lead:
    "İki küçük sinir ağı, tarayıcınızda elle yazılmış rakamları okumayı öğreniyor. İkisi de aynı ağırlıklarla " +
    "başlıyor, aynı görüntüleri görüyor; tek fark normalizasyon. Biri eğitimde rakamların neredeyse hepsini " +
    "okur, ama sonra pek işe yaramaz.",
  unscripted:
    "Deney eksik, çünkü sayfanın betiği başlamadı. Bunun için JavaScript ve dosyaları sunan bir web " +
    "sunucusu gerekir: <code>deno task web</code> ya da herhangi biri. Dosya olarak açılınca geriye yalnızca " +
    "bu metin kalır.",
  norms: ["Batch norm", "Batch renorm"],
  finished: {
    title: (steps) => `Bitmiş bir eğitim, ${steps} adım`,
    scores: (training, inference) => `eğitimde ${training}, çıkarımda ${inference} doğru`,
  },
  legend: {
    training: "eğitimde",
    inference: "çıkarımda",
    band: "ortadaki %90",
    median: "ortanca",
    limit: "sınır",
    running: "hareketli",
  },
  verdict: {
    none: "Başlat'a basın ve iki çizginin arasına bakın.",
    scores: (training, inference) => `eğitimde ${training}, çıkarımda ${inference}`,
    untrained: "henüz tahmin yürütüyor.",
    early: "hareketli istatistikleri geride.",
    relies: "yığınına bel bağlıyor.",
    leans: "yığınına biraz yaslanıyor.",
    poor: "tek başına da yığında da az okuyor.",
    holds: "okumak için yığına ihtiyacı yok.",
    noNumber: "kaybı bir sayı değil.",
  },
  experiment: {
    label: "İki ağın da öğrenmediği rakamlarda doğruluk",
    before: (difference) => `Soluk çizgiler: önceki eğitim (${difference}).`,
    sameSettings: "aynı ayarlar",
  },
  toolbar: {
    label: "Eğitim",
    start: "Başlat",
    pause: "Duraklat",
    step: "Tek adım",
    reset: "Sıfırla",
    stepLabel: "adım",
  },
  status: {
    loading: "TensorFlow.js yükleniyor …",
    ready:
      "Hazır. 300 adımda görülür: hızlı bir bilgisayarda saniyeler, yavaş birinde dakikalar sürer.",
    running: (speed, step, time) =>
      `Eğitiliyor, saniyede ${speed} adım; ${step}. adıma yaklaşık ${time}.`,
    paused: "Duraklatıldı.",
    long: (step) => `${step} adımdan sonra kendiliğinden duraklatıldı; Başlat sürdürür.`,
    diverged: (networks, step) =>
      `${step}. adımdaki kayıp bir sayı değil: ${networks}. Daha düşük bir öğrenme hızı ya da daha dar ` +
      "sınırlar yardımcı olabilir; “Başlat” baştan başlatır.",
    rebuilt: {
      gpu: (step) => `GPU kayboldu; eğitim ${step}. adıma döndü.`,
      worker: (step) => `Eğitim yanıt vermez oldu; ${step}. adıma döndü.`,
    },
    rebuiltOnCpu: {
      gpu: (step) => `GPU üst üste kayboldu; eğitim ${step}. adıma döndü, artık CPU'da.`,
      worker: (step) => `Eğitim üst üste yanıt vermez oldu; ${step}. adıma döndü, artık CPU'da.`,
    },
    failed: (reason) => `Eğitim yapılamadı; “Başlat” yeniden dener. ${reason}`,
    failures: {
      script: (file) => `${file} yüklenemedi.`,
      digits: (file) => `Rakamlar yüklenemedi: ${file}.`,
      silence: (times) => `${times} kez yanıt vermez oldu.`,
      error: (message) => `Hatanın kendi sözleri: “${message}”`,
    },
    step: (step) => `${step}. adım.`,
    started: "Eğitiliyor.",
    reset: "Yeniden 0. adımda.",
  },
  backend: {
    webgpu: (adapter) => `WebGPU'da çalışıyor: ${adapter}`.replace(/: $/, "") + ".",
    cpu: "CPU'da çalışıyor.",
    reasons: {
      "no WebGPU": "CPU'da çalışıyor: bu tarayıcıda WebGPU yok.",
      "no adapter": "CPU'da çalışıyor: tarayıcı bir WebGPU bağdaştırıcısı vermiyor.",
      "software adapter": "CPU'da çalışıyor: tarayıcının WebGPU'su yazılımdan ibaret, daha yavaş.",
      "no https": "CPU'da çalışıyor: tarayıcılar WebGPU'yu yalnızca https'e verir.",
      "backend failed": "CPU'da çalışıyor: TensorFlow.js WebGPU'da başlayamadı.",
    },
  },
  settings: {
    heading: "Ayarlar",
    text: "Her değişiklik yeni bir eğitim başlatır; sonuncusu soluk çizgilerle kalır.",
    order: {
      label: "Sıra",
      options: { "class by class": "sınıf sınıf", "at random": "rastgele" },
      help: "Sınıf sınıf: her yığında tek bir rakam vardır, rakamlar sırayla gelir.",
    },
    sliders: {
      batchSize: {
        label: "Yığın boyutu",
        help:
          "Bir adımdaki görüntü sayısı. Azaldıkça istatistikleri görüntülerin tümü hakkında daha az şey söyler.",
      },
      learningRate: {
        label: "Öğrenme hızı",
        help: "Bir adımın ne kadar ileri gittiği. Büyük yığınlar daha yükseğini kaldırır.",
      },
      momentum: {
        label: "Momentum",
        help:
          "Hareketli istatistiklerde yeni yığının ağırlığı. Keras'ta 0,01'in karşılığı 0,99'dur.",
      },
      rmax: {
        label: "rmax",
        help: "r, 1/rmax ile rmax arasında kalır. 1 ise ölçek hiç düzeltilmez.",
      },
      dmax: {
        label: "dmax",
        help: "d, −dmax ile dmax arasında kalır. 0 ise kayma hiç düzeltilmez.",
      },
      warmupSteps: {
        label: "Isınma",
        help: "Sınırların rmax ve dmax'a açılması için geçen adım sayısı.",
      },
    },
    seed: {
      label: "Tohum",
      help: "İki ağın başlangıcını ve görüntülerin sırasını belirler.",
      another: "Başka tohum",
      wrong: (most, stays) =>
        `Tohum, 0 ile ${most} arasında bir tam sayıdır; ${stays} olarak kalıyor.`,
    },
    backend: {
      label: "Hesaplama",
      options: { auto: "otomatik", webgpu: "WebGPU", cpu: "CPU" },
    },
    copy: "Bağlantıyı kopyala",
    copied: "Bağlantı kopyalandı: ayarları ve önceki eğitimi içerir.",
    notCopied: (address) => `Tarayıcı kopyalamaya izin vermiyor. Bağlantı: ${address}`,
    ignored: (name, value, wanted) =>
      `Adreste ${name}=${value} yazıyor; oysa ${name} şu olmalı: ${wanted}. Varsayılanı kullanılıyor.`,
    unknown: (name, value, names) =>
      `Adreste ${name}=${value} yazıyor; sayfa bunu dikkate almaz, bildikleri: ${names}.`,
    again: (name, value) =>
      `Adreste ${name} birden çok kez yazıyor; ilki geçerlidir, ${value} değil.`,
    wanted: {
      orZero: (range) => `0 ya da ${range}`,
      number: (least, most) => `${least} ile ${most} arasında bir sayı`,
      integer: (least, most) => `${least} ile ${most} arasında bir tam sayı`,
      oneOf: (names) => `şunlardan biri: ${names}`,
      run: "bu sayfanın yazdığı bir eğitim",
    },
  },
  presets: {
    label: "Neler denenebilir",
    list: [
      {
        address: "batch=4&order=class",
        name: "Sınıf sınıf, 4",
        text: "Batch norm rakamı yanındakilerden tanır.",
      },
      {
        address: "batch=4&order=class&rmax=1&dmax=0",
        name: "Kapalı sınırlar",
        text: "Batch renorm artık batch norm'un aynısıdır.",
      },
      {
        address: "batch=4&order=class&rmax=1.1&dmax=0.1",
        name: "Dar sınırlar",
        text: "Biraz düzeltme, daha dar bir fark.",
      },
      {
        address: "batch=32&order=random&rate=0.15",
        name: "Rastgele, 32",
        text: "Batch norm bunun içindir; renorm gerekmez.",
      },
      {
        address: "batch=1&order=class&rate=0.04",
        name: "Tek görüntü",
        text: "64 pikselin istatistiği renorm'a yeter.",
      },
      {
        address: "batch=4&order=class&momentum=1",
        name: "Momentum 1",
        text: "İstatistikler sıçrar, renorm tutunamaz.",
      },
    ],
  },
  batch: {
    heading: "Öğrendikleri yığın",
    none: "Henüz adım atılmadı.",
    text: (digits) => `İçindeki rakamlar: ${digits}`,
  },
  loss: {
    summary: "Kayıp ve tablo olarak sayılar",
    heading: "Kayıp",
    text:
      "Aynı rakamlarda ortalama çapraz entropi. Batch norm'unki eğitim kipinde beklendiği gibi düşer; çıkarımda " +
      "yüksek kalır ya da artar, eğitime bakan bunu göremez.",
    reading: (step, training, inference) =>
      `${step}. adım: eğitimde ${training}, çıkarımda ${inference}.`,
  },
  table: { label: "Tablo olarak sayılar", step: "Adım", accuracy: "doğruluk", loss: "kayıp" },
  layer: {
    summary: "Bir katmanın içi: r ile d neyi düzeltir",
    text:
      "16 ve 32 kanallı iki normalizasyon katmanı. Siz başkasını seçene kadar kanal, rakamların birbirinden " +
      "en uzak olduğu kanaldır.",
    layer: "Katman",
    channel: "Kanal",
  },
  channel: {
    heading: "Adım adım bir kanal",
    text: "Her yığının ortalaması, rakamının renginde; çizgi hareketli ortalamadır. Sınıf sınıf " +
      "yığınlarda noktalar rakamla birlikte sıçrar, çizgi ortalarından geçer.",
    reading: (batch, running) => `Yığın ${batch}; hareketli ${running}.`,
    moments: (mean, deviation) => `${mean} ± ${deviation}`,
  },
  correction: {
    r: {
      heading: "r: yığınların ölçeği ne kadar şaşıyor",
      text: "Katmanın bütün kanalları için, yığının standart sapmasının hareketli sapmaya oranı.",
    },
    d: {
      heading: "d: yığınların ortalaması ne kadar şaşıyor",
      text:
        "Yığının ortalaması eksi hareketli ortalama, hareketli sapma cinsinden. Sınıf sınıf yığınlarda rakamı " +
        "batch norm'a ele veren budur; batch renorm onu sınırları içinde giderir.",
    },
    reading: (low, high, median) =>
      `Son adımlar: ortadaki %90, ${low} ile ${high} arasında; ortanca ${median}.`,
    limits: (low, high, clipped) => `Sınırlar ${low} ile ${high}; kırpılan ${clipped}.`,
    fixed: "Batch norm hiçbirini düzeltmez.",
  },
  waiting: "Henüz bir şey yok: Başlat'a basın.",
  explanation: [
    {
      heading: "Batch norm ne yapar",
      text:
        "Katmanlar arasında her kanalı, yani ağın aradığı her özelliği aynı ölçeğe getirir: yığının (batch), yani " +
        "bir eğitim adımındaki birkaç görüntünün ortalamasını çıkarır, standart sapmasına böler. Çıkarımda yığın " +
        "yoktur; o zaman hareketli istatistikleri, yani eğitim boyunca tuttuğu ortalamaları kullanır.",
    },
    {
      heading: "Nerede aksar",
      text:
        "Rastgele çekilmiş büyük yığınlarda ikisi neredeyse aynıdır. Birkaç görüntülük ya da sınıfa, " +
        "kullanıcıya, zamana göre sıralı yığınlarda ise değildir: en kötüsü, ağ bir görüntüyü yanındakilerden " +
        "tanımayı öğrenir.",
    },
    {
      heading: "Batch renorm ne yapar, ne zaman gerekmez",
      text:
        "Batch renorm (Ioffe, 2017), yığının çıktısını hareketli istatistiklerinkine yaklaştırır: <var>r</var> ile " +
        "çarpar, <var>d</var> ekler; ikisi de ısınma boyunca açılan sınırlar içinde kalır. Yığınlar büyük ve " +
        "rastgeleyse bir şey değiştirmez; hareketli istatistikler sıçrıyorsa yaklaşacağı bir hedef yoktur.",
    },
  ],
  further: {
    heading: "Devamı",
    guide: "Kılavuz",
    guideText: "Dokuz kısa bölümde batch renorm, çalışan kodlarla.",
    experiment: "Deneyin tamamı",
    experimentText:
      "72 eğitim, dört normalizasyon ve batch renorm'un yetmediği yerler (İngilizce).",
    tensorflow: "TensorFlow.js",
    tensorflowText: "Bu sayfada eğitilen katmanlar, ilk satırdan başlayarak (İngilizce).",
    model: "Kendi modeliniz",
    modelText: "Katmanları, istatistikleri ve dönüştürülmüş hali: bir dosya bırakın.",
    measure: "Bu aygıtı ölç",
    measureText: "Çekirdeklerimiz ekran kartınızda, TensorFlow.js’in yanında.",
    code: "Kendi kodunuzda, <code>tf.layers.batchNormalization()</code> yerine:",
  },
  footer:
    "Rakamlar: Optical Recognition of Handwritten Digits, E. Alpaydın ve C. Kaynak, UCI 1998, CC BY 4.0. " +
    "Yöntem: S. Ioffe, Batch Renormalization, 2017. Bu sayfadaki hiçbir şey tarayıcınızdan dışarı çıkmaz.",
};
