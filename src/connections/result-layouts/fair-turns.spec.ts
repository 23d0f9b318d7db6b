import { describe, expect, it } from 'vitest';
import { FairTurns, QueueFull } from './fair-turns.js';

/** Begins the work of each tenant in this order, and tells in which order it is done. */
async function order(tenants: readonly string[]): Promise<string[]> {
  const turns = new FairTurns(100);
  const done: string[] = [];
  await Promise.all(
    tenants.map((tenant, index) =>
      turns.run(tenant, undefined, async () => {
        await Promise.resolve();
        done.push(`${tenant}${index}`);
      }),
    ),
  );
  return done;
}

describe('turns of tenants', () => {
  it('go round, however much work one of them has', async () => {
    expect(await order(['a', 'a', 'a', 'a', 'b', 'b', 'c'])).toEqual([
      'a0',
      'a1',
      'b4',
      'c6',
      'a2',
      'b5',
      'a3',
    ]);
  });

  it('let one piece of work run at a time, also when one fails', async () => {
    const turns = new FairTurns(100);
    let running = 0;
    const work = (fails: boolean): Promise<void> =>
      turns.run('a', undefined, async () => {
        expect(++running).toBe(1);
        await Promise.resolve();
        running--;
        if (fails) throw new Error('It failed.');
      });
    const outcomes = await Promise.allSettled([work(false), work(true), work(false)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('let as many pieces of work run at a time as they are told, and no more', async () => {
    const turns = new FairTurns(100, 2);
    let running = 0;
    let most = 0;
    const work = (fails: boolean): Promise<void> =>
      turns.run('a', undefined, async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        if (fails) throw new Error('It failed.');
      });
    for (let round = 0; round < 2; round++)
      await Promise.allSettled([work(false), work(true), work(false), work(true), work(false)]);
    expect({ most, running }).toEqual({ most: 2, running: 0 });
  });

  it('drop work that waits when nobody wants it any more, and let the rest go on', async () => {
    const turns = new FairTurns(100);
    const done: string[] = [];
    const left = new AbortController();
    let finish!: () => void;
    const first = turns.run('a', left.signal, () => new Promise<void>((resolve) => (finish = resolve)));
    const dropped = turns.run('a', left.signal, async () => void done.push('dropped'));
    const kept = turns.run('a', undefined, async () => void done.push('kept'));
    const alone = turns.run('b', left.signal, async () => void done.push('dropped'));
    left.abort();
    await expect(dropped).rejects.toThrow(/abort/);
    await expect(alone).rejects.toThrow(/abort/);
    finish();
    await Promise.all([first, kept]);
    expect(done).toEqual(['kept']);
    await expect(turns.run('a', left.signal, async () => undefined)).rejects.toThrow(/abort/);
  });

  it('are refused to a tenant with a full queue, and to no other', async () => {
    const turns = new FairTurns(2);
    let finish!: () => void;
    const first = turns.run('a', undefined, () => new Promise<void>((resolve) => (finish = resolve)));
    const waiting = [1, 2].map(() => turns.run('a', undefined, async () => undefined));
    await expect(turns.run('a', undefined, async () => undefined)).rejects.toThrow(QueueFull);
    const other = turns.run('b', undefined, async () => undefined);
    finish();
    await Promise.all([first, ...waiting, other]);
    await turns.run('a', undefined, async () => undefined);
  });
});
