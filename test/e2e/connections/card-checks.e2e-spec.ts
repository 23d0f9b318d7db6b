import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { CARD_BOUNDS } from '../../../src/connections/result-layouts/card-bounds.js';
import {
  card,
  connectionWithCards,
  GOOD_CARD,
  HARD_CARD,
  withEDiscoveryCards,
  withSearchCards,
} from '../../support/cards.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { creating } from '../batch/batches.js';

const text = (value: string): object => ({ type: 'TextBlock', text: value });
const many = (count: number, element: object): object[] => Array.from({ length: count }, () => element);

/** A card that is nested so deep, itself included. */
function nested(levels: number): object {
  let element: object = text('x');
  // An element and the array that it is in are a level each; so are the card and its body; the text is the last one.
  for (let level = 0; level < (levels - 4) / 2; level++) element = { type: 'Container', items: [element] };
  return card(element);
}

const { characters, depth, values, charactersOfBoundText, charactersOfBoundTexts, openBrackets } =
  CARD_BOUNDS;

/** `{` belongs to `${`. */
const brackets = (count: number): string => `\${${'('.repeat(count - 1)}a${')'.repeat(count - 1)}}`;
const bound = (length: number): string => '${a}'.repeat(length / 4);

const WITHIN: [what: string, layout: object][] = [
  ['as many characters', card(text('x'.repeat(characters - 200)))],
  ['as many values', card(...many(Math.floor((values - 4) / 3), text('x')))],
  ['as many levels', nested(depth)],
  ['as long a text with bindings', card(text(bound(charactersOfBoundText)))],
  [
    'as long texts with bindings',
    card(...many(charactersOfBoundTexts / charactersOfBoundText, text(bound(charactersOfBoundText)))),
  ],
  ['as many open brackets', card(text(brackets(openBrackets)))],
  ['the hardest texts', HARD_CARD],
];

const BEYOND: [what: string, layouts: object[], limit: string][] = [
  ['characters', [card(text('x'.repeat(characters)))], `${characters} characters together`],
  [
    'characters of names',
    [{ ...GOOD_CARD, ['x'.repeat(characters)]: 1 }],
    `${characters} characters together`,
  ],
  ['values', [card(...many(values / 3, text('x')))], `${values} values together`],
  ['100,000 values', [{ ...GOOD_CARD, body: many(100_000, {}) }], `${values} values together`],
  ['values of two cards', many(2, card(...many(values / 5, text('x')))), `${values} values together`],
  ['levels', [nested(depth + 2)], `${depth} levels of nesting`],
  [
    'characters of a text with bindings',
    [card(text(bound(charactersOfBoundText + 4)))],
    `${charactersOfBoundText} characters in a text with '\${...}'`,
  ],
  [
    '100,000 bindings that are not closed',
    [card(text('${'.repeat(100_000)))],
    `${charactersOfBoundText} characters in a text with '\${...}'`,
  ],
  [
    'characters of texts with bindings',
    [card(...many(charactersOfBoundTexts / 1_000 + 1, text(bound(1_000))))],
    `${charactersOfBoundTexts} characters in all texts with '\${...}'`,
  ],
  [
    'open brackets',
    [card(text(brackets(openBrackets + 1)))],
    `${openBrackets} open brackets in a text with '\${...}'`,
  ],
  [
    'functions within each other',
    [card(text(`\${${'if('.repeat(200)}a${',b,c)'.repeat(200)}}`))],
    `${openBrackets} open brackets in a text with '\${...}'`,
  ],
];

const assertTooLarge = (answer: Answer, target: string, limit: string): void => {
  const message = `The adaptive card of '${target}' is too large: the cards of a request can have at most ${limit}.`;
  assertGraphError(answer, {
    status: 400,
    code: 'InvalidRequest',
    inner: { code: 'ResultLayoutTooLarge', source: 'Connection', message },
  });
  expect(answer.body.error.details).toEqual([{ code: 'ResultLayoutTooLarge', message, target }]);
};

describe('the cards of a request', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  it.each(WITHIN)(
    'may have %s as the bounds say',
    async (_what, layout) => {
      const answer = await create(server, connectionWithCards(layout), { as });
      expect(answer.status, answer.text.slice(0, 500)).toBe(201);
    },
    120_000,
  );

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each(BEYOND)('cannot have more %s [resultLayoutTooLarge]', async (_what, layouts, limit) => {
      const target = `searchSettings.searchResultTemplates[${layouts.length - 1}]`;
      const body = connectionWithCards(...layouts);
      assertTooLarge(await create(server, body, { as, version }), target, limit);
      expect((await read(server, String(body.id), { as })).status).toBe(404);

      const { id } = (await create(server, validConnection(), { as })).body;
      const before = (await read(server, id, { as })).body;
      const path = `/${version}/external/connections/${id}`;
      assertTooLarge(
        await send(server, 'PATCH', path, { as, body: withSearchCards(...layouts) }),
        target,
        limit,
      );
      expect((await read(server, id, { as })).body).toEqual(before);
    });
  });

  it('cannot have more values in templates of eDiscovery', async () => {
    const layouts = many(20, card(...many(values / 40, text('x'))));
    const answer = await create(server, validConnection(withEDiscoveryCards(...layouts)), { as });
    const { target } = answer.body.error.details[0];
    assertTooLarge(answer, target, `${values} values together`);
    expect(target).toMatch(/^complianceSettings\.eDiscoveryResultTemplates\[\d+\]$/);
  });

  it('are read by a thread of its own: the process that serves has loaded none of the libraries', async () => {
    expect((await create(server, connectionWithCards(GOOD_CARD), { as })).status).toBe(201);
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    expect(loaded.filter((file) => /node_modules\/(adaptive|antlr4ts|jspath)/.test(file))).toEqual([]);
    expect(loaded.some((file) => file.includes('node_modules/'))).toBe(true);
  });
});

const ATTACK = 6;

describe('hard cards of one tenant', () => {
  const server = useServer();
  const hostile = { tenantId: newTenant() };
  const other = { tenantId: newTenant() };

  const hard = (): Record<string, unknown> => connectionWithCards(HARD_CARD);

  /**
   * Makes calls of which the server learns that this caller's answers are small, so that many of them are worked on at
   * once; how many connections they made.
   */
  async function known(as: object): Promise<number> {
    const count = 6;
    for (let index = 0; index < count; index++) {
      expect((await create(server, validConnection(), { as })).status).toBe(201);
      await read(server, 'missing', { as });
    }
    return count;
  }

  it('hold up no other tenant', async () => {
    let answered = 0;
    const attack = Array.from({ length: ATTACK }, async () => {
      const { status } = await create(server, hard(), { as: hostile });
      answered++;
      return status;
    });
    expect((await read(server, 'missing', { as: other })).status).toBe(404);
    for (const path of ['beta', 'v1.0'])
      expect(
        (await create(server, connectionWithCards(GOOD_CARD), { as: other, version: path })).status,
      ).toBe(201);
    expect(answered).toBeLessThan(attack.length);
    expect(new Set(await Promise.all(attack))).toEqual(new Set([201]));
  }, 300_000);

  it('are refused beyond a hundred that wait, and nothing is created [resultLayoutChecksTooMany]', async () => {
    const tenantId = newTenant();
    const applications = Array.from({ length: 3 }, () => ({ tenantId, appId: randomUUID() }));
    const before = await Promise.all(applications.map((as) => known(as)));
    const first = create(server, hard(), { as: applications[0] });
    const others = applications.flatMap((as) =>
      Array.from({ length: 60 }, () => create(server, connectionWithCards(GOOD_CARD), { as })),
    );
    expect((await create(server, connectionWithCards(GOOD_CARD), { as: other })).status).toBe(201);
    const all = await Promise.all([first, ...others]);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201, 429]));
    const refused = all.find(({ status }) => status === 429)!;
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.body.error).toMatchObject({
      code: 'TooManyRequests',
      innerError: {
        code: 'TooManyResultLayoutChecks',
        message:
          '100 adaptive cards of this tenant wait to be checked. Nothing was changed. Try again after 5 seconds.',
      },
    });
    const counts = await Promise.all(
      applications.map((as) => send(server, 'GET', '/beta/external/connections/$count', { as })),
    );
    // What was acknowledged, and nothing else.
    const made =
      before.reduce((sum, count) => sum + count) + all.filter(({ status }) => status === 201).length;
    for (const { text } of counts) expect(Number(text)).toBe(made);
  }, 300_000);

  it.each(['alone', 'in a batch'])(
    'are dropped when the client leaves: %s',
    async (how) => {
      const as = { tenantId: newTenant() };
      await known(as);
      const client = new AbortController();
      const before = Array.from({ length: 4 }, () => create(server, hard(), { as }));
      const ids = Array.from({ length: 5 }, newId);
      const bodies = ids.map((id) => ({ ...connectionWithCards(GOOD_CARD), id }));
      const requests =
        how === 'alone'
          ? bodies.map((body) => ['/beta/external/connections', body] as const)
          : [['/beta/$batch', { requests: bodies.map((body) => creating(body.id, body)) }] as const];
      const token = await tokenOf(server, as);
      const leaving = requests.map(([path, body]) =>
        fetch(server.url + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: client.signal,
        }).catch((error: Error) => error.name),
      );
      // Answered behind them, so that they have arrived.
      for (let count = 0; count < 3; count++) await read(server, 'missing', { as });
      client.abort();
      expect(await Promise.all(leaving)).toEqual(leaving.map(() => 'AbortError'));
      const last = await create(server, connectionWithCards(GOOD_CARD), { as });
      for (const { status } of [...(await Promise.all(before)), last]) expect(status).toBe(201);
      for (const id of ids) expect((await read(server, id, { as })).status).toBe(404);
    },
    120_000,
  );
});
