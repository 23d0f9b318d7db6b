import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../history.js';
import { existenceFaults } from './existence.js';
import { said, uncertain } from './histories.js';

const rules = (...claims: Claim[]): string[] => existenceFaults('a1', claims).map(({ rule }) => rule);

const LOST = 'was not there, though acknowledged and not deleted: a write was lost';

describe('the check of existence', () => {
  it('finds nothing in a life: missed, created, seen, deleted, missed', () => {
    expect(
      rules(
        said('missed', 0, 1),
        said('created', 2, 3),
        said('seen', 4, 5),
        said('deleted', 6, 7),
        said('missed', 8, 9),
      ),
    ).toEqual([]);
  });

  it.each(['created', 'put'] as const)('finds a lost create (%s)', (create) => {
    expect(rules(said(create, 0, 1), said('missed', 2, 3))).toEqual([LOST]);
    expect(rules(said(create, 0, 1), said('missed', 1, 3))).toEqual([]);
  });

  it('finds what is missed between two times at which it was seen', () => {
    expect(
      rules(uncertain('created', 0), said('seen', 2, 3), said('missed', 4, 5), said('seen', 6, 7)),
    ).toEqual([LOST]);
  });

  it('finds a resurrected delete', () => {
    const life = [said('created', 0, 1), said('deleted', 2, 3)];
    expect(rules(...life, said('seen', 4, 5))).toEqual([
      'was there again after its deletion had been acknowledged',
    ]);
    expect(rules(...life, said('seen', 3, 5))).toEqual([]);
  });

  it('finds a delete that was seen to have happened, and then had not', () => {
    const life = [said('created', 0, 1), uncertain('deleted', 2)];
    expect(rules(...life, said('missed', 3, 4))).toEqual([]);
    expect(rules(...life, said('seen', 3, 4))).toEqual([]);
    expect(rules(...life, said('missed', 3, 4), said('seen', 5, 6))).toEqual([LOST]);
  });

  it('finds two 201, and two acknowledged deletes', () => {
    expect(rules(said('created', 0, 5), said('created', 1, 4))).toEqual(['created 2 times']);
    expect(rules(said('created', 0, 1), said('deleted', 2, 5), said('deleted', 3, 4))).toEqual([
      'deleted 2 times',
    ]);
  });

  it('finds a conflict with what nobody created', () => {
    expect(rules(said('seen', 0, 1))).toEqual(['was there before anybody created it']);
    expect(rules(said('seen', 0, 1), said('created', 2, 3))).toEqual(['was there before anybody created it']);
  });

  it('lets an uncertain create happen late, or never', () => {
    const create = uncertain('created', 0);
    expect(rules(create, said('missed', 2, 3), said('missed', 4, 5))).toEqual([]);
    expect(rules(create, said('missed', 2, 3), said('seen', 4, 5))).toEqual([]);
    expect(rules(create, said('seen', 2, 3), said('missed', 4, 5))).toEqual([LOST]);
  });

  it('refuses to judge a deletion beside an uncertain creation', () => {
    expect(() => rules(uncertain('put', 0), said('deleted', 1, 2))).toThrow('uncertain');
  });

  it('agrees with a search through all orders', () => {
    const time = fc.tuple(fc.nat(12), fc.nat(6)).map(([start, takes]) => [start, start + takes] as const);
    const what = fc.constantFrom('created', 'put', 'seen', 'missed', 'deleted');
    const claim = fc
      .tuple(what, time, fc.boolean())
      .map(([what, [start, end], lost]) => said(what, start, lost && what === 'deleted' ? Infinity : end));
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 6 }), (claims) => {
        // The load creates by one of the two, and never again what has been deleted.
        fc.pre(!(claims.some(({ said }) => said === 'put') && claims.some(({ said }) => said === 'created')));
        const deleted = claims.filter(({ said }) => said === 'deleted').map(({ start }) => start);
        fc.pre(claims.every(({ said, end }) => said !== 'put' || end < Math.min(Infinity, ...deleted)));
        expect(rules(...claims).length === 0).toBe(isPossible(claims, 'before'));
      }),
      { numRuns: 2_000 },
    );
  });
});

type State = 'before' | 'there' | 'gone';

/** Where a claim leads from a state in which it can be; undefined where it cannot. */
function after({ said: what }: Claim, state: State): State | undefined {
  if (what === 'missed') return state === 'there' ? undefined : state;
  if (what === 'seen') return state === 'there' ? state : undefined;
  if (what === 'deleted') return state === 'there' ? 'gone' : undefined;
  if (what === 'created') return state === 'before' ? 'there' : undefined;
  return state === 'gone' ? undefined : 'there';
}

/** Whether some order of all claims, in which uncertain deletes may be left out, is that of one life. */
function isPossible(left: readonly Claim[], state: State): boolean {
  if (left.every(({ end }) => end === Infinity)) return true;
  return left.some((next) => {
    const others = left.filter((claim) => claim !== next);
    const then = after(next, state);
    return then !== undefined && others.every(({ end }) => end >= next.start) && isPossible(others, then);
  });
}
