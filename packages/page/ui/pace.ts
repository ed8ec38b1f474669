/** Milliseconds between two updates for those who want less motion. */
const calmPace = 2000;

/**
 * The same function, called less often where less motion is wanted; the last call is never lost.
 */
export function atPace(update: () => void): () => void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let isWaiting = false;
  let last = -Infinity;
  return () => {
    if (!calm.matches) return update();
    if (isWaiting) return;
    isWaiting = true;
    const rest = Math.max(0, last + calmPace - performance.now());
    setTimeout(() => {
      isWaiting = false;
      last = performance.now();
      update();
    }, rest);
  };
}
