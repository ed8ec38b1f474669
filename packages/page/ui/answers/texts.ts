/** What is said about the answers of both networks. */
const en = {
  sure: (share: string) => `${share} sure`,
  loading: "The networks are loaded with the first step: press Start.",
  untrained:
    "Neither network has learned anything yet, so both only guess. Press Start and come back: from about step " +
    "300 on it is worth a look.",
  asOf: (step: string) => `As the networks read at step ${step}.`,
  trainingMode: "in training mode, among the batch",
  evalMode: "at inference, by itself",
};

/** The same in Turkish. */
const tr: typeof en = {
  sure: (share) => `${share} emin`,
  loading: "Ağlar ilk adımla yüklenir: “Başlat”a basın.",
  untrained:
    "Ağların ikisi de henüz bir şey öğrenmedi, yalnızca tahmin ediyorlar. “Başlat”a basıp geri gelin: yaklaşık " +
    "300. adımdan sonra bakmaya değer.",
  asOf: (step) => `Ağların ${step}. adımdaki okuyuşu.`,
  trainingMode: "eğitim kipinde, yığının içinde",
  evalMode: "çıkarımda, tek başına",
};

export const answersTexts = { en, tr };
