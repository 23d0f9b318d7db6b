import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../history.js';
import { said, uncertain } from './histories.js';
import { registerFaults } from './register.js';

const rules = (...claims: Claim[]): string[] => registerFaults('a1 name', claims).map(({ rule }) => rule);

const inTheWay = (a: string, b: string): RegExp => new RegExp(`^${a} was there before ${b} and after it`);

describe('the check of a register', () => {
  it('finds nothing where every read sees the last write', () => {
    expect(
      rules(
        said('written', 0, 1, 'v1'),
        said('read', 2, 3, 'v1'),
        said('written', 4, 5, 'v2'),
        said('read', 6, 7, 'v2'),
      ),
    ).toEqual([]);
  });

  it('finds a lost update: the value before is there when all is quiet', () => {
    const found = rules(said('written', 0, 1, 'v1'), said('written', 2, 3, 'v2'), said('read', 4, 5, 'v1'));
    expect(found).toEqual([expect.stringMatching(inTheWay('v1', 'v2'))]);
  });

  it('finds a stale read: the new value had been acknowledged, and is seen later again', () => {
    const history = [said('written', 0, 1, 'v1'), said('written', 2, 3, 'v2'), said('read', 4, 5, 'v1')];
    const found = rules(...history, said('read', 6, 7, 'v2'));
    expect(found).toEqual([expect.stringMatching(inTheWay('v1', 'v2'))]);
  });

  it('finds a read that goes back behind another read, though the write has not ended', () => {
    const written = [said('written', 0, 1, 'v1'), said('written', 2, 20, 'v2')];
    expect(rules(...written, said('read', 3, 4, 'v1'), said('read', 5, 6, 'v2'))).toEqual([]);
    expect(rules(...written, said('read', 3, 4, 'v2'), said('read', 5, 6, 'v1'))).toHaveLength(1);
  });

  it('finds values that nobody wrote, or not yet', () => {
    expect(rules(said('read', 0, 1, 'v9'))).toEqual(['read v9, which nobody wrote']);
    expect(rules(said('written', 2, 3, 'v1'), said('read', 0, 1, 'v1'))).toEqual([
      'read v1 before it was written',
    ]);
  });

  it('lets an uncertain write happen late, or never, but not twice', () => {
    const history = [said('written', 0, 1, 'v1'), uncertain('written', 2, 'v2'), said('written', 4, 5, 'v3')];
    expect(rules(...history, said('read', 6, 7, 'v3'))).toEqual([]);
    expect(rules(...history, said('read', 6, 7, 'v3'), said('read', 8, 9, 'v2'))).toEqual([]);
    expect(
      rules(...history, said('read', 2, 3, 'v2'), said('read', 6, 7, 'v3'), said('read', 8, 9, 'v2')),
    ).toHaveLength(1);
  });

  it('refuses to judge where a value is written twice', () => {
    expect(() => rules(said('written', 0, 1, 'v1'), said('written', 2, 3, 'v1'))).toThrow('written twice');
  });

  it('agrees with a search through all orders', () => {
    const time = fc.tuple(fc.nat(12), fc.nat(6)).map(([start, takes]) => [start, start + takes] as const);
    const writes = fc.array(fc.tuple(time, fc.boolean()), { minLength: 1, maxLength: 3 });
    const reads = fc.array(fc.tuple(time, fc.nat(2)), { maxLength: 4 });
    fc.assert(
      fc.property(writes, reads, (written, read) => {
        const claims = [
          ...written.map(([[start, end], lost], n) => said('written', start, lost ? Infinity : end, `v${n}`)),
          ...read.map(([[start, end], n]) => said('read', start, end, `v${n % written.length}`)),
        ];
        expect(rules(...claims).length === 0).toBe(isPossible(claims, undefined));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Whether some order of all claims, in which uncertain writes may be left out, is that of a register. */
function isPossible(left: readonly Claim[], value: string | undefined): boolean {
  if (left.every(({ said: what, end }) => what === 'written' && end === Infinity)) return true;
  return left.some((next) => {
    const others = left.filter((claim) => claim !== next);
    if (others.some(({ end }) => end < next.start)) return false;
    return next.said === 'written'
      ? isPossible(others, next.value)
      : next.value === value && isPossible(others, value);
  });
}
