/**
 * Draws what is on the screen, one a frame, so that the page never waits for its charts; and
 * everything for the printer.
 */
const waiting = new Set<() => void>();
let isAwake = false;

function drawNext(): void {
  const [draw] = waiting;
  if (draw === undefined) {
    isAwake = false;
    return;
  }
  waiting.delete(draw);
  draw();
  requestAnimationFrame(drawNext);
}

function wake(draw: () => void): void {
  waiting.add(draw);
  if (isAwake) return;
  isAwake = true;
  requestAnimationFrame(drawNext);
}

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
