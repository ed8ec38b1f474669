/** Which digits stand beside one in its batch. */

/** How the others are chosen. */
export const companyKinds = ["same", "other", "mixed"] as const;

/** The same digit, one other digit, or several. */
export type CompanyKind = (typeof companyKinds)[number];

/** How many stand beside the digit that is read. */
export const companySize = 3;

/** The images that no network learns from, by the digit that they show. */
export type TestDigits = readonly (readonly number[])[];

/** Finds the test images: those after the ones that are learned from. */
export function testDigits(labels: ArrayLike<number>, trainCount: number): TestDigits {
  const byDigit: number[][] = Array.from({ length: 10 }, () => []);
  for (let index = trainCount; index < labels.length; index++) byDigit[labels[index]].push(index);
  return byDigit;
}

/**
 * Draws the company of an image.
 *
 * @param digit that the image shows
 * @param random draws from [0, 1)
 */
export function drawCompany(
  kind: CompanyKind,
  image: number,
  digit: number,
  images: TestDigits,
  random: () => number,
): number[] {
  const others = images.keys().filter((other) => other !== digit).toArray();
  const alike = (digit: number) => new Array<number>(companySize).fill(digit);
  const shown = {
    same: () => alike(digit),
    other: () => alike(pick(others, random)),
    mixed: () => pickSeveral(others, companySize, random),
  }[kind]();
  const drawn = [image];
  for (const digit of shown) {
    drawn.push(pick(images[digit].filter((index) => !drawn.includes(index)), random));
  }
  return drawn.slice(1);
}

/** The company after another image has come: the one that was there longest leaves. */
export function joinedBy(company: readonly number[], image: number): number[] {
  return [...company.slice(1), image];
}

function pickSeveral(from: readonly number[], count: number, random: () => number): number[] {
  const picked: number[] = [];
  while (picked.length < count) {
    picked.push(pick(from.filter((one) => !picked.includes(one)), random));
  }
  return picked;
}

/** One of several. */
export function pick(from: readonly number[], random: () => number): number {
  return from[Math.floor(from.length * random())];
}
