import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Leave, Places } from './account.js';

const LARGE = 4_000_000;
const SMALL = 1_000;

describe('the places in which the requests of a caller are worked on', () => {
  /** Begins so many requests, and tells which of them are worked on. */
  function begin(own: readonly Places[], bytes: number, count: number): (Leave | undefined)[] {
    const worked: (Leave | undefined)[] = Array.from({ length: count }, () => undefined);
    worked.forEach((_, index) => {
      void Places.take(own, bytes).then((leave) => (worked[index] = leave));
    });
    return worked;
  }

  const turns = async (): Promise<void> => {
    for (let count = 0; count < 50; count++) await turn();
  };
  const isWorkedOn = (worked: readonly (Leave | undefined)[]): boolean[] =>
    worked.map((leave) => leave !== undefined);

  it('take one of four megabytes at a time, and a small one beside it however many large ones wait', async () => {
    const own = [new Places(), new Places(4)];
    const large = begin(own, LARGE, 3);
    await turns();
    expect(isWorkedOn(large)).toEqual([true, false, false]);
    const small = begin(own, SMALL, 65);
    await turns();
    expect(isWorkedOn(small)).toEqual([...Array.from({ length: 64 }, () => true), false]);
    large[0]!();
    await turns();
    expect(isWorkedOn(large)).toEqual([true, true, false]);
    small[0]!();
    await turns();
    expect(small[64]).toBeDefined();
  });

  it('are of each caller, and for four of them together', async () => {
    const all = new Places(4);
    const callers = Array.from({ length: 5 }, () => [new Places(), all]);
    const first = callers.map((own) => begin(own, LARGE, 5));
    await turns();
    expect(first.map((worked) => worked.filter((leave) => leave !== undefined).length)).toEqual([
      1, 1, 1, 1, 0,
    ]);
    expect(isWorkedOn(begin(callers[4]!, SMALL, 1))).toEqual([false]);
    await turns();
    first[2]![0]!();
    await turns();
    // The next is of the caller that has waited longest, and not of the one whose request has ended.
    expect(first.map((worked) => worked.filter((leave) => leave !== undefined).length)).toEqual([
      1, 1, 1, 1, 1,
    ]);
  });
});
