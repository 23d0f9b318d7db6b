import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { startServer, type TestServer } from '../../support/server.js';

const withCard = (layout: object): Record<string, unknown> =>
  validConnection({ searchSettings: { searchResultTemplates: [{ id: 'card', priority: 1, layout }] } });
const card = (...body: unknown[]): object => ({ type: 'AdaptiveCard', version: '1.3', body });

const BROKEN: [what: string, layout: object, place: string][] = [
  ['the wrong type', { type: 'Card', version: '1.3', body: [] }, ''],
  ['an unknown element', card({ type: 'Paragraph', text: 'x' }), "'body[0]'"],
  ['an unknown element inside', card({ type: 'Container', items: [{ type: 'Nope' }] }), "'body[0].items[0]'"],
  [
    'a value that its property does not have',
    card({ type: 'TextBlock', text: 'x', size: 'Huge' }),
    "'body[0]'",
  ],
  ['an unknown action', { ...card(), actions: [{ type: 'Action.Explode' }] }, "'actions[0]'"],
  ['a broken expression', card({ type: 'TextBlock', text: '${if(}' }), "'body[0].text'"],
  ['an unknown function', card({ type: 'TextBlock', text: '${explode(a)}' }), "'body[0].text'"],
];

const GOOD: [what: string, layout: object][] = [
  ['bindings', card({ type: 'TextBlock', text: '[${title}](${url})', size: '${size}', $when: '${a == 1}' })],
  ['a fallback for what old clients do not know', card({ type: 'Carousel2', fallback: 'drop' })],
  ['columns', card({ type: 'ColumnSet', columns: [{ type: 'Column', width: 'auto', items: [] }] })],
  ['an action', { ...card(), actions: [{ type: 'Action.OpenUrl', title: 'Open', url: '${url}' }] }],
];

describe('a broken adaptive card in a result layout', () => {
  const as = { tenantId: newTenant() };

  describe('as documented (EMULATE_KNOWN_ISSUES=true, the default)', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer();
    });
    afterAll(() => server.close());

    it.each(BROKEN)(
      '%s: 503, the connection exists, and then 409 [resultLayoutFailed]',
      async (_what, layout) => {
        const body = withCard(layout);
        const first = await create(server, body, { as });
        assertGraphError(first, {
          status: 503,
          code: 'ServiceNotAvailable',
          inner: { code: 'ResultLayoutFailed', source: 'Connection' },
        });
        expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
        const existing = await read(server, body.id as string, { as });
        expect(existing.status).toBe(200);
        expect(existing.body.searchSettings).toEqual(body.searchSettings);
        assertGraphError(await create(server, body, { as }), {
          status: 409,
          code: 'NameAlreadyExists',
          inner: {
            code: 'ResourceAlreadyExists',
            source: 'Connection',
            message: "'Connection' with the same name already exists.",
          },
        });
      },
    );

    it.each(GOOD)('a card with %s is not broken', async (_what, layout) => {
      const answer = await create(server, withCard(layout), { as });
      expect(answer.status, answer.text).toBe(201);
    });

    it('is not looked for behind an id that is taken', async () => {
      const body = validConnection();
      await create(server, body, { as });
      const broken = { ...withCard({ type: 'Card' }), id: body.id };
      assertGraphError(await create(server, broken, { as }), { status: 409, code: 'NameAlreadyExists' });
    });
  });

  describe('where known issues are not emulated', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer({ EMULATE_KNOWN_ISSUES: 'false' });
    });
    afterAll(() => server.close());

    it.each(BROKEN)(
      '%s: 400 with the template and the place, and nothing is created [resultLayoutNotValid]',
      async (_what, layout, place) => {
        const body = withCard(layout);
        const answer = await create(server, body, { as });
        assertGraphError(answer, {
          status: 400,
          code: 'InvalidRequest',
          inner: {
            code: 'InvalidResultLayout',
            message: expect.stringContaining(
              `'searchSettings.searchResultTemplates[0]' is broken${place === '' ? '' : ` at ${place}`}`,
            ),
          },
        });
        assertGraphError(await read(server, body.id as string, { as }), {
          status: 404,
          code: 'ItemNotFound',
        });
      },
    );

    it('a card that is nested to exhaust the parser holds up nobody else', async () => {
      let deep: object = { type: 'TextBlock', text: 'x' };
      for (let level = 0; level < 40; level++) deep = { type: 'Container', items: [deep] };
      expect((await create(server, withCard(card(deep)), { as })).status).toBe(201);
      const hostile = withCard(card({ type: 'TextBlock', text: `\${${'('.repeat(200_000)}}` }));
      const [answer, ...others] = await Promise.all([
        create(server, hostile, { as }),
        ...Array.from({ length: 20 }, async () => {
          const started = performance.now();
          await read(server, 'missing', { as });
          return performance.now() - started;
        }),
      ]);
      expect(answer.status).toBe(400);
      expect(Math.max(...others)).toBeLessThan(1_500);
    });
  });
});
