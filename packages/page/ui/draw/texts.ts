/** What is said about a digit of one's own. */
const en = {
  heading: "Draw your own digit",
  text:
    "Both networks read it, in training mode among three digits of the test data and at inference by itself. " +
    "Neither has seen your hand before.",
  pad: "Pad to draw on",
  keys: "By keyboard: arrows move, space puts the pen down and lifts it.",
  cursor: (isDown: boolean, column: string, row: string) =>
    `${isDown ? "Pen down" : "Pen up"}, column ${column}, row ${row}`,
  undo: "Undo",
  clear: "Clear",
  seen: "What the networks see",
  seenText:
    "8 × 8 pixels, stretched as the digits that they learn from; in training mode among these:",
  company: "Other company",
  empty: "Draw a digit from 0 to 9: with a finger, a pen, the mouse or the arrow keys.",
  verdict: (
    batchNorm: string,
    batchNormAlone: string,
    batchRenorm: string,
    batchRenormAlone: string,
  ) =>
    `Batch norm reads ${batchNorm} among the batch and ${batchNormAlone} by itself; batch renorm ` +
    `${batchRenorm} and ${batchRenormAlone}.`,
};

/** The same in Turkish. */
const tr: typeof en = {
  heading: "Kendi rakamınızı çizin",
  text:
    "İki ağ da onu okur: eğitim kipinde sınama verisinden üç rakamın arasında, çıkarımda tek başına. Sizin elinizi " +
    "ikisi de daha önce görmedi.",
  pad: "Çizim alanı",
  keys: "Klavyeyle: oklar gezdirir, boşluk tuşu kalemi indirir ve kaldırır.",
  cursor: (isDown, column, row) =>
    `Kalem ${isDown ? "aşağıda" : "yukarıda"}, ${column}. sütun, ${row}. satır`,
  undo: "Geri al",
  clear: "Temizle",
  seen: "Ağların gördüğü",
  seenText: "8 × 8 piksel, öğrendikleri rakamlar gibi gerilmiş; eğitim kipinde şunların arasında:",
  company: "Yanına başkaları",
  empty: "0 ile 9 arasında bir rakam çizin: parmakla, kalemle, fareyle ya da ok tuşlarıyla.",
  verdict: (batchNorm, batchNormAlone, batchRenorm, batchRenormAlone) =>
    `Batch norm yığının içinde ${batchNorm}, tek başına ${batchNormAlone} okuyor; batch renorm ` +
    `${batchRenorm} ve ${batchRenormAlone}.`,
};

export const drawTexts = { en, tr };
