import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { IsolatedCheck } from './isolated-check.js';

const checkOf = (name: string, limitMs = 60_000): IsolatedCheck<string, string> =>
  new IsolatedCheck(new URL(`./${name}`, import.meta.url), limitMs);

describe('a check in a thread of its own', { timeout: 120_000 }, () => {
  let check: IsolatedCheck<string, string>;
  afterEach(() => check.close());

  it('gives its verdict, one after the other', async () => {
    check = checkOf('isolated-check.fixture');
    expect(await check.run('answer')).toBe('answered');
    expect(await check.run('answer')).toBe('answered');
  });

  it.each<[action: string, reason: RegExp, limitMs?: number]>([
    ['throw', /The check is broken/],
    ['leave', /has ended/],
    ['overflow', /call stack/],
    ['hang', /more than 1000 ms of processor time/, 1_000],
  ])(
    'fails when the thread meets "%s", and the next check has a new thread',
    async (action, reason, limitMs) => {
      check = checkOf('isolated-check.fixture', limitMs);
      expect(await check.run('answer')).toBe('answered');
      await expect(check.run(action)).rejects.toThrow(reason);
      expect(await check.run('answer')).toBe('answered');
    },
  );

  it('may take as long as it likes while it uses no processor time', async () => {
    check = checkOf('isolated-check.fixture', 1_000);
    expect(await check.run('answer')).toBe('answered');
    expect(await check.run('wait')).toBe('answered');
  });

  it('does not end the process when the thread dies between two checks', async () => {
    check = checkOf('isolated-check.fixture');
    expect(await check.run('answer')).toBe('answered');
    const { thread } = check as unknown as { thread: Worker };
    // Nobody asked for a check: the error finds no run that waits.
    thread.postMessage('throw');
    await expect(once(thread, 'exit')).rejects.toThrow('The check is broken.');
    expect(await check.run('answer')).toBe('answered');
  });

  it('fails every time while the thread cannot be loaded', async () => {
    check = checkOf('missing');
    await expect(check.run('answer')).rejects.toThrow(/missing/);
    await expect(check.run('answer')).rejects.toThrow(/missing/);
  });
});
