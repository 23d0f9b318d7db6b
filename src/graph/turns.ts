/** How long one request keeps all others waiting, if no single step of its work takes longer. */
const MOST_MS_OF_TURN = 10;

/** Who waits to go on with long work, the first in front. */
const waiting: (() => void)[] = [];

/** One long work goes on in each turn of the event loop, however many there are. */
function goOn(): void {
  waiting.shift()!();
  if (waiting.length > 0) setImmediate(goOn);
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(goOn);
  });

/** Work that can be left between any two of its steps. It yields after each, and a step is short. */
export type Steps<T> = Generator<undefined, T, undefined>;

/**
 * Does work step by step, and gives all other requests a turn of the event loop every ten milliseconds. The clock says only
 * who goes on first, and never the outcome.
 */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  let end = performance.now() + MOST_MS_OF_TURN;
  for (let isLong = false; ;) {
    const { done, value } = steps.next();
    const isOver = performance.now() >= end;
    if (isOver || (done && isLong)) {
      isLong = true;
      await turn();
      end = performance.now() + MOST_MS_OF_TURN;
    }
    if (done) return value;
  }
}

/** Does the same work in one go, where nobody else waits. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
