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
    "İki küçük sinir ağı, siz izlerken elle yazılmış rakamları okumayı öğreniyor. İkisi de aynı " +
    "ağırlıklarla başlıyor ve aynı görüntülerle eğitiliyor; aralarındaki tek fark normalizasyon. Biri " +
    "eğitimde rakamların neredeyse hepsini okuyacak, ama eğitimden sonra pek işe yaramayacak.",
  begin: "Eğitimi izleyin",
  beginText:
    "300 adımda görülür: hızlı bir bilgisayarda saniyeler, yavaş birinde dakikalar sürer. Tarayıcınızdan " +
    "dışarı hiçbir şey çıkmaz.",
  unscripted:
    "Deney eksik, çünkü sayfanın betiği başlamadı. Bunun için JavaScript ve dosyaları sunan bir web " +
    "sunucusu gerekir: <code>deno task web</code> ya da herhangi biri. Dosya olarak açılınca geriye yalnızca " +
    "bu metin kalır.",
  explanation: [
    {
      heading: "Batch norm ne yapar",
      text:
        "Batch norm kullanan bir ağ, katmanları arasında her kanalı, yani aradığı her özelliği aynı ölçeğe " +
        "getirir: yığının (batch), yani bir eğitim adımında işlenen birkaç görüntünün ortalamasını çıkarır " +
        "ve standart sapmasına böler. Bu yüzden eğitimde ağın bir görüntüyü nasıl yorumladığı, yığındaki " +
        "öteki görüntülere bağlıdır. Çıkarımda (inference), yani eğitilmiş ağ kullanılırken yığın yoktur; " +
        "batch norm bu kez hareketli istatistikleri, yani eğitim boyunca tuttuğu ortalamaları kullanır.",
    },
    {
      heading: "Nerede aksar",
      text:
        "Rastgele çekilmiş büyük yığınlarda ikisi neredeyse aynıdır. Birkaç görüntülük ya da sınıfa, " +
        "kullanıcıya, zamana göre sıralı yığınlarda ise değildir: ağ bir normalizasyonla eğitilir, " +
        "başka biriyle kullanılır. En kötüsü, bir görüntüyü yanındakilerden tanımayı öğrenir. Aşağıda " +
        "her yığında tek bir rakam var.",
    },
    {
      heading: "Batch renorm ne yapar",
      text:
        "Batch renorm (Ioffe, 2017), yığının verdiği sonucu hareketli istatistiklerin vereceği sonuca " +
        "yaklaştırır: <var>r</var> ile çarpar, <var>d</var> ekler. Eğitimin başında hareketli " +
        "istatistikler henüz bir anlam taşımaz; bu yüzden ikisi, ısınma boyunca açılan sınırlar içinde " +
        "tutulur: <var>rmax</var> ve <var>dmax</var>. Sınırlar kapalıyken geriye batch norm kalır; " +
        "açıkken eğitimde de çıkarımdakiyle aynı şey hesaplanır.",
    },
  ],
  formula: {
    batch: "yığın",
    running: "hareketli",
    label:
      "r, yığının standart sapmasının hareketli sapmaya oranıdır; d, yığının ortalaması ile hareketli " +
      "ortalamanın farkının hareketli sapmaya oranıdır. Çıktı, gama çarpı (z çarpı r artı d) artı " +
      "betadır.",
    text: "<var>z</var> batch norm'un hesapladığıdır; <var>γ</var> ve <var>β</var> öğrenilir.",
  },
  company: {
    training: "Eğitimde",
    trainingText: "yığının istatistikleriyle",
    use: "Çıkarımda",
    useText: "hareketli istatistiklerle",
  },
  norms: ["Batch norm", "Batch renorm"],
  trainingMode: "eğitim kipi",
  evalMode: "değerlendirme kipi, çıkarımdaki gibi",
  experiment: {
    heading: "Deney",
    text:
      "Başlat'a basın ve ilk grafik çiftini izleyin. Kesikli çizgi ağın eğitim kipindeki, düz çizgi " +
      "çıkarımdaki doğruluğudur; batch renorm aradaki boyalı fark için vardır.",
  },
  toolbar: {
    label: "Eğitim",
    start: "Başlat",
    pause: "Duraklat",
    step: "Tek adım",
    reset: "Sıfırla",
    stepLabel: "adım",
    atInference: "çıkarımdaki doğruluk",
  },
  status: {
    loading: "TensorFlow.js yükleniyor …",
    ready: "Hazır.",
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
    spoken: (step, batchNorm, batchRenorm) =>
      `${step}. adım. Çıkarımdaki doğruluk: batch norm ${batchNorm}, batch renorm ${batchRenorm}.`,
    started: "Eğitiliyor.",
    reset: "Yeniden 0. adımda.",
  },
  backend: {
    webgpu: (adapter) =>
      adapter === "" ? "WebGPU'da çalışıyor." : `WebGPU'da çalışıyor, bağdaştırıcı: ${adapter}.`,
    cpu: "CPU'da çalışıyor.",
    reasons: {
      "no WebGPU":
        "CPU'da çalışıyor, çünkü bu tarayıcıda WebGPU yok: daha yavaş, ama gösterdiği aynı.",
      "no adapter":
        "CPU'da çalışıyor, çünkü tarayıcı bir WebGPU bağdaştırıcısı vermiyor: daha yavaş, ama gösterdiği aynı.",
      "software adapter":
        "CPU'da çalışıyor, çünkü burada daha hızlısı bu: tarayıcının WebGPU'su yalnızca yazılımdan ibaret.",
      "no https":
        "CPU'da çalışıyor, çünkü tarayıcılar WebGPU'yu yalnızca https'e verir: daha yavaş, ama gösterdiği aynı.",
      "backend failed":
        "CPU'da çalışıyor, çünkü TensorFlow.js WebGPU'da başlayamadı: daha yavaş, ama gösterdiği aynı.",
    },
  },
  settings: {
    heading: "Ayarlar",
    text:
      "Her değişiklik eğitimi baştan başlatır. Ayarların hepsi adrestedir; bağlantıyı açan aynı eğitimi " +
      "görür.",
    summary: (drawing, batchSize, others) =>
      `${drawing}, ${batchSize} görüntülük yığınlar, ${others}`,
    order: {
      label: "Görüntülerin sırası",
      atRandom: "rastgele",
      classByClass: "sınıf sınıf",
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
      another: "Başka",
      wrong: (most, stays) =>
        `Tohum, 0 ile ${most} arasında bir tam sayıdır; ${stays} olarak kalıyor.`,
    },
    backend: {
      label: "Hesaplama birimi",
      help: "Tarayıcıda varsa WebGPU, yoksa CPU.",
      options: { auto: "otomatik", webgpu: "WebGPU", cpu: "CPU" },
    },
    defaults: "Varsayılanlar",
    copy: "Bu eğitimin bağlantısını kopyala",
    copied: "Bağlantı kopyalandı.",
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
    },
  },
  batch: {
    heading: "Şu an öğrendikleri yığın",
    none: "Henüz adım atılmadı.",
    text: (digits) => `İçindeki rakamlar: ${digits}`,
  },
  accuracy: {
    heading: "Doğruluk",
    text:
      "Eğitimde kullanılmayan yaklaşık 200 rakamın ne kadarının doğru okunduğu. Her rakam iki türlü okunur: " +
      "eğitim kipinde, eğitimdeki gibi bir yığının içinde; çıkarımda ise tek başına. Aradaki farka bakın; " +
      "fark yoksa düz çizgi kesikliyi örter.",
    reading: (step, training, inference) =>
      `${step}. adım: eğitim kipinde ${training}, çıkarımda ${inference}.`,
  },
  loss: {
    heading: "Kayıp",
    text:
      "Aynı rakamlarda ortalama çapraz entropi; ağın yanlış cevaptan ne kadar emin olduğu da sayılır. Batch " +
      "norm'un kaybı eğitim kipinde beklendiği gibi düşer. Çıkarımda ise yüksek kalır ya da artar; " +
      "yalnızca eğitime bakan bunu göremez.",
    reading: (step, training, inference) =>
      `${step}. adım: eğitim kipinde ${training}, çıkarımda ${inference}.`,
  },
  misread: {
    heading: "Çıkarımda yanlış okunanlar",
    text: "Ağın tek başına yanlış okuduğu ilk 24 rakam: gösterilen → okunan.",
    reading: (wrong, count) => `${count} rakamdan ${wrong} tanesi yanlış okundu.`,
    picture: (label, told) =>
      told === null ? `${label} okunamadı` : `${label}, ${told} diye okundu`,
    none: "Hiçbir rakam okunamadı: çıktılar sayı değil.",
    common: (told, share) => `Bunların ${share} kadarı ${told} diye okundu.`,
  },
  layer: {
    heading: "Bir normalizasyon katmanının içi",
    text:
      "Her ağda 16 ve 32 kanallı iki normalizasyon katmanı var. Aşağıdaki üç grafik çiftinin neye bakacağını " +
      "seçin.",
    layer: "Katman",
    channel: "Kanal",
  },
  correction: {
    r: {
      heading: "r: yığınların ölçeği ne kadar şaşıyor",
      text:
        "Katmanın bütün kanalları için, yığının standart sapmasının hareketli sapmaya oranı. Bant ortadaki " +
        "%90'ı kapsar, çizgi ortancadır, noktalı olanlar sınırlardır. Batch norm'da da ölçek şaşar, ama " +
        "düzeltilmeden kalır.",
    },
    d: {
      heading: "d: yığınların ortalaması ne kadar şaşıyor",
      text:
        "Yığının ortalaması eksi hareketli ortalama, hareketli sapma cinsinden. Sınıf sınıf yığınlarda rakamı " +
        "batch norm'a ele veren budur. Isınma boyunca noktalı sınırlar açılır, batch renorm onu giderir.",
    },
    reading: (low, high, median) =>
      `Son adımlar: ortadaki %90, ${low} ile ${high} arasında; ortanca ${median}.`,
    limits: (low, high, clipped) => `Sınırlar ${low} ile ${high}; kırpılan ${clipped}.`,
    fixed: "Batch norm hiçbirini düzeltmez.",
  },
  channel: {
    heading: "Adım adım bir kanal",
    text:
      "Seçilen kanalın son 100 adımı. Nokta yığının ortalaması, bıyığı standart sapmasıdır; çizgi ile bant " +
      "hareketli ortalama ve sapmadır. Sınıf sınıf yığınlarda noktalar rakamla birlikte sıçrar, çizgi " +
      "ortalarından geçer.",
    reading: (batch, running) => `Yığın ${batch}; hareketli ${running}.`,
    moments: (mean, deviation) => `${mean} ± ${deviation}`,
  },
  legend: {
    band: "ortadaki %90",
    median: "ortanca",
    limit: "sınır",
    batch: "yığın",
    running: "hareketli",
  },
  waiting: "Henüz bir şey yok: Başlat'a basın.",
  table: {
    summary: "Sayılar tablo olarak",
    step: "Adım",
    accuracy: "doğruluk",
    loss: "kayıp",
  },
  presets: {
    heading: "Neler denenebilir",
    text: "Her biri ayarları yapar ve eğitimi başlatır.",
    list: [
      {
        address: "batch=4&order=class",
        name: "Sınıf sınıf, 4'lük yığınlar",
        text: "Sayfanın açılıştaki ayarları. Batch norm rakamları yanlarındakilerden tanır.",
      },
      {
        address: "batch=4&order=class&rmax=1&dmax=0",
        name: "Kapalı sınırlar: rmax 1, dmax 0",
        text: "Batch renorm artık batch norm'dur: iki sütun son basamağına kadar aynıdır.",
      },
      {
        address: "batch=4&order=class&rmax=1.1&dmax=0.1",
        name: "Dar sınırlar: rmax 1,1, dmax 0,1",
        text:
          "Batch renorm biraz düzeltebilir. Fark daralır; noktalı sınırlar r ile d'nin bantlarının " +
          "içinden geçer.",
      },
      {
        address: "batch=32&order=random&rate=0.15",
        name: "Rastgele, 32'lik yığınlar",
        text:
          "Batch norm tam da bunun içindir. 300 adımdan sonra ikisinin de çıkarımdaki doğruluğu %95 dolayındadır; " +
          "o zamana kadar hareketli istatistikler geriden gelir.",
      },
      {
        address: "batch=1&order=class&rate=0.04",
        name: "Tek görüntülük yığınlar",
        text:
          "Bir kanalın istatistikleri yalnızca 64 pikselden çıkar. Batch renorm daha yavaş öğrenir, ama " +
          "kullanılacak olanı öğrenir.",
      },
      {
        address: "batch=4&order=class&momentum=1",
        name: "Momentum 1",
        text:
          "Hareketli istatistikler son yığınınkilerdir, yani her seferinde başka bir rakamınkiler. Batch renorm " +
          "yerinde durmayan bir hedefe doğru düzeltir ve kötü öğrenir.",
      },
    ],
  },
  further: {
    heading: "Devamı",
    guide: "Kılavuz",
    guideText: "Dokuz kısa bölümde batch renorm, çalışan kodlarla.",
    experiment: "Deneyin tamamı",
    experimentText:
      "72 eğitim, dört normalizasyon ve batch renorm'un yetmediği yerler (İngilizce).",
    tensorflow: "TensorFlow.js",
    tensorflowText: "Bu sayfada eğitilen katmanlar, ilk satırdan başlayarak (İngilizce).",
    code: "Kendi kodunuzda, <code>tf.layers.batchNormalization()</code> yerine:",
  },
  footer:
    "Rakamlar: Optical Recognition of Handwritten Digits, E. Alpaydın ve C. Kaynak, UCI 1998, CC BY 4.0. " +
    "Yöntem: S. Ioffe, Batch Renormalization, 2017. Bu sayfadaki hiçbir şey tarayıcınızdan dışarı çıkmaz.",
};
