import { describe, expect, it } from 'vitest';
import {
  BROKEN_CARD,
  card,
  connectionWithCards,
  GOOD_CARD,
  withEDiscoveryCards,
  withSearchCards,
} from '../../support/cards.js';
import { newTenant } from '../../support/callers.js';
import { create, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, useServer } from '../../support/server.js';

type Broken = [what: string, layout: object, place: string];

/** What is no card at all (field 3.1). */
const NO_CARD: Broken[] = [
  ['an empty object', {}, "'type'"],
  ['another JSON document', { hello: 'world' }, "'type'"],
  ['no type', { version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] }, "'type'"],
  ['the wrong type', { ...GOOD_CARD, type: 'Card' }, "'type'"],
  ['the type in another case', { ...GOOD_CARD, type: 'adaptivecard' }, "'type'"],
  ['no version', { type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: 'x' }] }, "'version'"],
  ['an empty version', { ...GOOD_CARD, version: '' }, "'version'"],
  ['null for a version', { ...GOOD_CARD, version: null }, "'version'"],
  ['an empty body', card(), "'body'"],
  ['no body', { type: 'AdaptiveCard', version: '1.2' }, "'body'"],
  ['null for a body', { ...GOOD_CARD, body: null }, "'body'"],
  ['a body that is a string', { ...GOOD_CARD, body: 'text' }, "'body'"],
  ['a body that is an object', { ...GOOD_CARD, body: { type: 'TextBlock', text: 'x' } }, "'body'"],
  ['a body of texts', card('text'), "'body[0]'"],
  ['actions and no body', { type: 'AdaptiveCard', version: '1.2', actions: [] }, "'body'"],
];

const BROKEN: Broken[] = [
  ...NO_CARD,
  ['an element without a type', card({}), "'body[0]'"],
  ['an unknown element', card({ type: 'Paragraph', text: 'x' }), "'body[0]'"],
  ['an unknown element inside', card({ type: 'Container', items: [{ type: 'Nope' }] }), "'body[0].items[0]'"],
  [
    'a value that its property does not have',
    card({ type: 'TextBlock', text: 'x', size: 'Huge' }),
    "'body[0]'",
  ],
  ['an unknown action', { ...GOOD_CARD, actions: [{ type: 'Action.Explode' }] }, "'actions[0]'"],
];

/** With `${…}`, which eDiscovery does not have. */
const BROKEN_BINDINGS: Broken[] = [
  ['a broken expression', card({ type: 'TextBlock', text: '${if(}' }), "'body[0].text'"],
  ['an unknown function', card({ type: 'TextBlock', text: '${explode(a)}' }), "'body[0].text'"],
];

const GOOD: [what: string, layout: object][] = [
  ['bindings', card({ type: 'TextBlock', text: '[${title}](${url})', size: '${size}', $when: '${a == 1}' })],
  ['a fallback for what old clients do not know', card({ type: 'Carousel2', fallback: 'drop' })],
  ['columns', card({ type: 'ColumnSet', columns: [{ type: 'Column', width: 'auto', items: [] }] })],
  ['an action', { ...GOOD_CARD, actions: [{ type: 'Action.OpenUrl', title: 'Open', url: '${url}' }] }],
  ['a schema and a newer version', { ...GOOD_CARD, version: '1.6', $schema: 'http://adaptivecards.io/' }],
];

const SEARCH = 'searchSettings.searchResultTemplates[0]';
const E_DISCOVERY = 'complianceSettings.eDiscoveryResultTemplates[0]';

/** Every broken card, in each kind of template that may have it. */
const PLACED: [what: string, settings: Record<string, unknown>, target: string, place: string][] = [
  ...[...BROKEN, ...BROKEN_BINDINGS].map(
    ([what, layout, place]) => [`${what}, of search`, withSearchCards(layout), SEARCH, place] as const,
  ),
  ...BROKEN.map(
    ([what, layout, place]) =>
      [`${what}, of eDiscovery`, withEDiscoveryCards(layout), E_DISCOVERY, place] as const,
  ),
].map((entry) => [...entry]);

describe('field 3.1: a broken adaptive card in a result layout', () => {
  const as = { tenantId: newTenant() };

  describe('as documented (EMULATE_KNOWN_ISSUES=true, the default)', () => {
    const server = useServer();

    it.each(PLACED)(
      'answers %s by 503, the connection exists, and then 409 [resultLayoutFailed]',
      async (_what, settings, target, place) => {
        const body = validConnection(settings);
        const first = await create(server, body, { as });
        assertGraphError(first, {
          status: 503,
          code: 'ServiceNotAvailable',
          inner: {
            code: 'ResultLayoutFailed',
            source: 'Connection',
            message: expect.stringContaining(`'${target}' is broken at ${place}`),
          },
        });
        expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
        const existing = await read(server, body.id as string, { as });
        expect(existing.status).toBe(200);
        expect(existing.body).toMatchObject(settings);
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

    it('is the same in v1.0', async () => {
      const body = connectionWithCards({});
      expect((await create(server, body, { as, version: 'v1.0' })).status).toBe(503);
      expect((await read(server, body.id as string, { as, version: 'v1.0' })).status).toBe(200);
      expect((await create(server, body, { as, version: 'v1.0' })).status).toBe(409);
    });

    it.each(GOOD)('takes a card with %s', async (_what, layout) => {
      const answer = await create(server, connectionWithCards(layout), { as });
      expect(answer.status, answer.text).toBe(201);
    });

    it('is not looked for behind an id that is taken', async () => {
      const body = validConnection();
      await create(server, body, { as });
      const broken = { ...connectionWithCards({ type: 'Card' }), id: body.id };
      const answer = await create(server, broken, { as });
      assertGraphError(answer, { status: 409, code: 'NameAlreadyExists' });
      expect(answer.body.error.details).toHaveLength(1);
    });
  });

  describe.each(['true', 'false'])('in a PATCH, with EMULATE_KNOWN_ISSUES=%s', (emulated) => {
    const server = useServer({ EMULATE_KNOWN_ISSUES: emulated });

    it.each(PLACED)('refuses %s, and changes nothing', async (_what, settings, target, place) => {
      const body = validConnection();
      await create(server, body, { as });
      const before = (await read(server, body.id as string, { as })).body;
      const path = `/beta/external/connections/${String(body.id)}`;
      assertGraphError(await send(server, 'PATCH', path, { as, body: { name: 'Changed', ...settings } }), {
        status: 400,
        code: 'InvalidRequest',
        inner: {
          code: 'InvalidResultLayout',
          message: expect.stringContaining(`'${target}' is broken at ${place}`),
        },
      });
      expect((await read(server, body.id as string, { as })).body).toEqual(before);
    });

    it('tells a stranger no more than that the connection is not there', async () => {
      const path = '/beta/external/connections/missing';
      assertGraphError(await send(server, 'PATCH', path, { as, body: withSearchCards(BROKEN_CARD) }), {
        status: 404,
        code: 'ItemNotFound',
      });
    });
  });

  describe('where known issues are not emulated', () => {
    const server = useServer({ EMULATE_KNOWN_ISSUES: 'false' });

    it.each(PLACED)(
      'refuses %s with the template and the place, and creates nothing [resultLayoutNotValid]',
      async (_what, settings, target, place) => {
        const body = validConnection(settings);
        assertGraphError(await create(server, body, { as }), {
          status: 400,
          code: 'InvalidRequest',
          inner: {
            code: 'InvalidResultLayout',
            message: expect.stringContaining(`'${target}' is broken at ${place}`),
          },
        });
        assertGraphError(await read(server, body.id as string, { as }), {
          status: 404,
          code: 'ItemNotFound',
        });
      },
    );
  });
});

describe('field 3.11: the 409 for a connection that was created with a broken card', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  const taken = (id: unknown, call = as, on = server, version = 'beta'): Promise<Answer> =>
    create(on, validConnection({ id }), { as: call, version });
  const broken = async (settings = withSearchCards(BROKEN_CARD)): Promise<string> => {
    const body = validConnection(settings);
    expect((await create(server, body, { as })).status).toBe(503);
    return body.id as string;
  };
  const patch = async (id: string, body: object): Promise<void> => {
    const answer = await send(server, 'PATCH', `/beta/external/connections/${id}`, { as, body });
    expect(answer.status, answer.text).toBe(204);
  };
  const targets = (answer: Answer): string[] => {
    expect(answer.status, answer.text).toBe(409);
    return answer.body.error.details
      .filter(({ code }: { code: string }) => code === 'ResultLayoutFailed')
      .map(({ target }: { target: string }) => target);
  };

  it.each(['beta', 'v1.0'])('says so in details in %s [connectionExistsWithBrokenCard]', async (version) => {
    const id = await broken();
    const answer = await taken(id.toUpperCase(), as, server, version);
    assertGraphError(answer, {
      status: 409,
      code: 'NameAlreadyExists',
      inner: { code: 'ResourceAlreadyExists', message: "'Connection' with the same name already exists." },
    });
    expect(answer.body.error.details).toEqual([
      { code: 'ResourceAlreadyExists', message: `The id '${id}' is taken in this tenant.`, target: 'id' },
      {
        code: 'ResultLayoutFailed',
        message: expect.stringMatching(
          /^An earlier call created the connection and was answered 503\. The adaptive card of '.*' is broken at 'body\[0\]': Unknown element type "Paragraph"/,
        ),
        target: SEARCH,
      },
    ]);
  });

  it('says so within a batch', async () => {
    const body = { ...connectionWithCards({}) };
    const creating = (id: string, dependsOn: string[]): object => ({
      id,
      dependsOn,
      method: 'POST',
      url: '/external/connections',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    const requests = [creating('1', [])];
    expect((await send(server, 'POST', '/beta/$batch', { as, body: { requests } })).status).toBe(200);
    const again = await send(server, 'POST', '/beta/$batch', { as, body: { requests } });
    expect(again.text).toContain('An earlier call created the connection and was answered 503');
  });

  it('says so on another server, and after a restart', async () => {
    const id = await broken();
    const other = await startServer(server.environment);
    try {
      expect(targets(await taken(id, as, other))).toEqual([SEARCH]);
    } finally {
      await other.app.close();
    }
  });

  it('says so until a PATCH replaces the card', async () => {
    const id = await broken();
    await patch(id, { name: 'Another name' });
    await patch(id, withEDiscoveryCards(GOOD_CARD));
    expect(targets(await taken(id))).toEqual([SEARCH]);
    await patch(id, withSearchCards(GOOD_CARD));
    expect(targets(await taken(id))).toEqual([]);
  });

  it.each([
    ['no settings', { searchSettings: null }],
    ['no templates', { searchSettings: { searchResultTemplates: [] } }],
  ])('ends with %s as well', async (_what, change) => {
    const id = await broken();
    await patch(id, change);
    expect(targets(await taken(id))).toEqual([]);
  });

  it('knows the cards of search from those of eDiscovery', async () => {
    const id = await broken({ ...withSearchCards({}), ...withEDiscoveryCards(BROKEN_CARD) });
    expect(new Set(targets(await taken(id)))).toEqual(new Set([SEARCH, E_DISCOVERY]));
    await patch(id, withSearchCards(GOOD_CARD));
    expect(targets(await taken(id))).toEqual([E_DISCOVERY]);
    await patch(id, withEDiscoveryCards(GOOD_CARD));
    expect(targets(await taken(id))).toEqual([]);
  });

  it('ends when the connection is deleted and made anew', async () => {
    const id = await broken();
    expect((await send(server, 'DELETE', `/beta/external/connections/${id}`, { as })).status).toBe(202);
    expect((await taken(id)).status).toBe(201);
    expect(targets(await taken(id))).toEqual([]);
  });

  it('says nothing to an application that may not touch the connection', async () => {
    const id = await broken();
    const stranger = {
      ...as,
      appId: 'aaaaaaaa-1111-4111-8111-111111111111',
      permissions: ['ExternalConnection.ReadWrite.OwnedBy'] as const,
    };
    expect(targets(await taken(id, stranger))).toEqual([]);
  });

  it('has a text of bounded length, whatever the card says', async () => {
    const long = 'x'.repeat(10_000);
    const id = await broken(
      withSearchCards(card({ type: long }, ...Array.from({ length: 50 }, () => ({ type: long })))),
    );
    expect((await taken(id)).text.length).toBeLessThan(5_000);
  });
});
