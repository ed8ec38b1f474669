/** What is said about one channel. */
const en = {
  heading: "One channel, by hand",
  text:
    'Each dot is what one image of a <b class="of-batch">batch</b> gives a channel of the network. Drag the ' +
    'dots, their mean ▲ or their deviation ▮: <b class="batch-norm">batch norm</b> puts them where the ' +
    'diamonds are, <b class="batch-renorm">batch renorm</b> where the circles are. The rings are where ' +
    'inference puts them: it knows only the <b class="running">running</b> mean and deviation.',
  lines: {
    batchNorm: "z, out of batch norm",
    batch: "x, the batch",
    batchRenorm: "y, out of batch renorm",
  },
  value: (number: string) => `Value ${number} of the batch`,
  mean: "Mean of the batch, moves all values",
  deviation: "Deviation of the batch, spreads all values",
  outputs: (value: string, batchNorm: string, batchRenorm: string, inference: string) =>
    `${value}; batch norm ${batchNorm}, batch renorm ${batchRenorm}, inference ${inference}`,
  batch: "batch",
  running: "running",
  clipped: "clipped",
  count: "Values",
  limits: { label: "Limits", shut: "shut", tight: "tight", wide: "wide" },
  next: "Next batch",
  walked: (mean: string, toMean: string, deviation: string, toDeviation: string) =>
    `The running mean went from ${mean} to ${toMean}, the running deviation from ${deviation} to ${toDeviation}.`,
  gauge: (name: string, open: string, used: string, low: string, high: string) =>
    `${name} would be ${open} and is ${used}; its limits are ${low} and ${high}`,
  d: {
    none: "The batch’s mean is the running mean: <var>d</var> has nothing to do.",
    above: (distance: string) =>
      `The batch’s mean lies ${distance} running deviations above the running mean. Batch norm takes that ` +
      "out, as if it meant nothing; only <var>d</var> can put it back.",
    below: (distance: string) =>
      `The batch’s mean lies ${distance} running deviations below the running mean. Batch norm takes that ` +
      "out, as if it meant nothing; only <var>d</var> can put it back.",
  },
  r: {
    none: "The batch’s deviation is the running one: <var>r</var> has nothing to do.",
    wider: (ratio: string) =>
      `The batch is ${ratio} times as wide as the running deviation. Batch norm squeezes it to 1; ` +
      "only <var>r</var> can widen it again.",
    narrower: (ratio: string) =>
      `The batch is ${ratio} times as wide as the running deviation. Batch norm stretches it to 1; ` +
      "only <var>r</var> can narrow it again.",
  },
  verdict: {
    shut:
      "The limits are shut, so <var>r</var> is 1 and <var>d</var> is 0: batch renorm is batch norm, dot for dot.",
    clipped: (names: string) =>
      `Clipped: ${names}. Batch renorm corrects as far as its limits allow; by the rest its dots miss the rings.`,
    open:
      "Nothing is clipped: batch renorm puts every dot into its ring, whatever the batch. Training computes " +
      "what inference will.",
  },
};

/** The same in Turkish. */
const tr: typeof en = {
  heading: "Tek kanal, kendi elinizle",
  text:
    'Her nokta, bir <b class="of-batch">yığındaki</b> görüntülerden birinin ağın bir kanalına verdiği değerdir. ' +
    'Noktaları, ortalamalarını ▲ ya da sapmalarını ▮ sürükleyin: <b class="batch-norm">batch norm</b> onları ' +
    'baklavaların, <b class="batch-renorm">batch renorm</b> dairelerin olduğu yere koyar. Halkalar çıkarımda ' +
    'düşecekleri yerdir; çıkarım yalnızca <b class="running">hareketli</b> ortalama ile sapmayı bilir.',
  lines: {
    batchNorm: "z, batch norm’dan çıkan",
    batch: "x, yığın",
    batchRenorm: "y, batch renorm’dan çıkan",
  },
  value: (number) => `Yığının ${number}. değeri`,
  mean: "Yığının ortalaması, bütün değerleri kaydırır",
  deviation: "Yığının sapması, bütün değerleri yayar",
  outputs: (value, batchNorm, batchRenorm, inference) =>
    `${value}; batch norm’da ${batchNorm}, batch renorm’da ${batchRenorm}, çıkarımda ${inference}`,
  batch: "yığın",
  running: "hareketli",
  clipped: "kırpıldı",
  count: "Değer sayısı",
  limits: { label: "Sınırlar", shut: "kapalı", tight: "dar", wide: "geniş" },
  next: "Sonraki yığın",
  walked: (mean, toMean, deviation, toDeviation) =>
    `Hareketli ortalama ${mean} değerinden ${toMean} değerine, hareketli sapma ${deviation} değerinden ` +
    `${toDeviation} değerine gitti.`,
  gauge: (name, open, used, low, high) =>
    `${name} ${open} olurdu, ${used} oldu; sınırları ${low} ve ${high}`,
  d: {
    none: "Yığının ortalaması hareketli ortalamayla aynı: <var>d</var> için yapacak bir şey yok.",
    above: (distance) =>
      `Yığının ortalaması, hareketli ortalamanın ${distance} hareketli sapma üstünde. Batch norm bunu ` +
      "önemsizmiş gibi siler; onu yalnızca <var>d</var> geri koyabilir.",
    below: (distance) =>
      `Yığının ortalaması, hareketli ortalamanın ${distance} hareketli sapma altında. Batch norm bunu ` +
      "önemsizmiş gibi siler; onu yalnızca <var>d</var> geri koyabilir.",
  },
  r: {
    none: "Yığının sapması hareketli sapmayla aynı: <var>r</var> için yapacak bir şey yok.",
    wider: (ratio) =>
      `Yığının sapması, hareketli sapmanın ${ratio} katı. Batch norm onu 1’e daraltır; ` +
      "yalnızca <var>r</var> yeniden genişletebilir.",
    narrower: (ratio) =>
      `Yığının sapması, hareketli sapmanın ${ratio} katı. Batch norm onu 1’e genişletir; ` +
      "yalnızca <var>r</var> yeniden daraltabilir.",
  },
  verdict: {
    shut:
      "Sınırlar kapalı, yani <var>r</var> 1 ve <var>d</var> 0: batch renorm noktası noktasına batch norm’dur.",
    clipped: (names) =>
      `Kırpılan: ${names}. Batch renorm sınırlarının izin verdiği kadar düzeltir; noktaları halkaları ` +
      "kalan kadar ıskalar.",
    open:
      "Kırpılan yok: yığın nasıl olursa olsun, batch renorm her noktayı kendi halkasına koyar. Eğitimde, " +
      "çıkarımda hesaplanacak olan hesaplanır.",
  },
};

export const oneChannelTexts = { en, tr };

/** What is said about one channel, in a language. */
export type OneChannelTexts = typeof en;
