import { describe, expect, it } from 'vitest';
import type { Call } from '../history.js';
import type { Outage } from '../outages.js';
import { answerFaults, awayAfterReturn } from './answers.js';
import { answered, unanswered } from './histories.js';

const OUTAGES: readonly Outage[] = [
  { of: 1, from: 1_000, returned: 2_000 },
  { of: 'database', from: 5_000, returned: 6_000 },
];

const GOOD = {
  retryAfter: '2',
  body: { error: { code: 'ServiceNotAvailable', message: 'Later.', innerError: {} } },
};

/** Every server has answered after each outage. */
const BACK = [2_100, 6_100].flatMap((at) =>
  [0, 1].map((server) => ({ ...answered(200, at, at + 1), server })),
);

const rules = (...calls: Call[]): string[] =>
  answerFaults([...BACK, ...calls], OUTAGES, 2).map(({ rule }) => rule);

describe('the check of answers', () => {
  it('finds nothing in 503 while the database is away, and in silence of a server that is away', () => {
    expect(rules(answered(503, 5_100, 5_200, GOOD), unanswered(1, 1_100, 1_101))).toEqual([]);
  });

  it('finds other statuses', () => {
    expect(rules(answered(500, 5_100, 5_200))).toEqual(['an answer that is not one of 200, 503: 500']);
    expect(rules(answered(401, 0, 1))).toEqual(['an answer that is not one of 200, 503: 401']);
  });

  it('finds a 503 without a cause, or incomplete', () => {
    expect(rules(answered(503, 100, 200, GOOD))).toEqual(['503 while the database was there']);
    expect(rules(answered(503, 5_100, 5_200, { ...GOOD, retryAfter: undefined }))).toEqual([
      '503 without Retry-After',
    ]);
    expect(rules(answered(503, 5_100, 5_200, { ...GOOD, body: {} }))).toEqual(["503 without Graph's body"]);
  });

  it('finds a 503 that begins after the same server has served again, and none before, however late', () => {
    const back = { ...answered(200, 9_000, 9_100), server: 0 };
    const refused = (start: number): string[] =>
      answerFaults([back, { ...answered(503, start, 99_000, GOOD), server: 0 }], OUTAGES.slice(1), 1).map(
        ({ rule }) => rule,
      );
    expect(refused(5_100)).toEqual([]);
    expect(refused(9_050)).toEqual([]);
    expect(refused(9_101)).toEqual(['503 while the database was there']);
  });

  it('does not take a token for a sign that the database is seen again', () => {
    const token = { ...answered(200, 6_100, 6_200), kind: 'POST token' };
    const refused = answered(503, 6_300, 6_400, GOOD);
    expect(answerFaults([token, refused, answered(200, 6_500, 6_600)], OUTAGES.slice(1), 1)).toEqual([]);
  });

  it('finds silence of a server that is there', () => {
    expect(rules(unanswered(0, 1_100, 1_101), unanswered(1, 5_100, 5_101))).toHaveLength(2);
  });

  it('finds nothing in a connection of before that is found broken, and silence on a new one', () => {
    expect(rules(unanswered(1, 2_500, 2_501, 900))).toEqual([]);
    expect(rules(unanswered(1, 2_500, 2_501))).toEqual([
      'no answer (ECONNRESET) from a server that was there',
    ]);
  });

  it('finds a server that does not come back', () => {
    const backOf = (...calls: Call[]): string[] => answerFaults(calls, OUTAGES, 2).map(({ of }) => of);
    expect(backOf(...BACK)).toEqual([]);
    expect(backOf(...BACK.filter(({ server }) => server === 0))).toEqual(['server 1', 'server 1']);
  });

  it('tells how long service was away after the database had returned', () => {
    expect(
      awayAfterReturn([answered(503, 6_100, 6_250, GOOD), answered(503, 5_100, 5_200, GOOD)], OUTAGES),
    ).toBe(250);
  });
});
