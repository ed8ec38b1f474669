/**
 * Draws what is on the screen, one a frame, so that the page never waits for its charts; and
 * everything for the printer.
 */
const waiting = new Set<() => void>();
let isAwake = false;

function drawNext(): void {
  const [draw] = waiting;
  isAwake = draw !== undefined;
  if (!isAwake) return;
  waiting.delete(draw);
  draw();
  requestAnimationFrame(drawNext);
}

function wake(draw: () => void): void {
  waiting.add(draw);
  if (!isAwake) requestAnimationFrame(drawNext);
  isAwake = true;
}

// Paper has nothing to open. This comes before the charts draw what is not drawn yet.
let opened: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
  for (const one of opened) {
    one.open = true;
    // What comes of opening comes too late.
    one.dispatchEvent(new Event("toggle"));
  }
});
addEventListener("afterprint", () => opened.forEach((one) => one.open = false));

/**
 * Makes a function that asks for an element to be drawn. It is drawn when it is on the screen, and
 * again when its size changes.
 */
export function drawSoon(element: HTMLElement, draw: () => void): () => void {
  let isSeen = false;
  let isDue = true;
  const drawDue = () => {
    isDue = false;
    draw();
  };
  const ask = () => {
    isDue = true;
    if (isSeen) wake(drawDue);
  };
  new IntersectionObserver((entries) => {
    isSeen = entries[entries.length - 1].isIntersecting;
    if (isSeen && isDue) wake(drawDue);
  }, { rootMargin: "200px" }).observe(element);
  addEventListener("beforeprint", () => {
    if (isDue) drawDue();
  });
  const size = () => `${element.clientWidth} ${element.clientHeight}`;
  let drawnAt = size();
  new ResizeObserver(() => {
    if (size() !== drawnAt) ask();
    drawnAt = size();
  }).observe(element);
  return ask;
}
