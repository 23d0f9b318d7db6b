import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, ids, newId, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import {
  addMember,
  createGroup,
  groupsPath,
  newConnection,
  validGroup,
  validMember,
} from '../../support/groups.js';
import { type Answer, send } from '../../support/http.js';
import { putItem, validItem } from '../../support/items.js';
import { property, readyConnection, register, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { batch, creating, entry, inner, type Json, reading, statuses } from '../batch/batches.js';

const MOST_BYTES_OF_PAGE = 4_000_000;
/** What is not the rows: annotations, braces and names. */
const ENVELOPE = 100_000;
const LARGE = 'x'.repeat(1_500_000);
/** What the cards of one connection can have. */
const LARGEST_CARD = 'x'.repeat(990_000);

describe('rows that are large', { timeout: 120_000 }, () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });

  /** All pages of a list, none of which has more bytes than a page may have. */
  async function pages(path: string, as: string, most = MOST_BYTES_OF_PAGE + ENVELOPE): Promise<Answer[]> {
    const read = [await send(server, 'GET', path, { as })];
    for (;;) {
      const page = read.at(-1)!;
      expect(page.status, page.text.slice(0, 500)).toBe(200);
      expect(page.text.length).toBeLessThan(most);
      const link = page.body['@odata.nextLink'] as string | undefined;
      if (link === undefined) return read;
      read.push(await send(server, 'GET', link.slice(server.url.length), { as }));
    }
  }

  const tenantWith = async (...bodies: Json[]): Promise<{ as: string; made: string[] }> => {
    const as = await tokenOf(server, { tenantId: newTenant() });
    for (const body of bodies) expect((await create(server, body, { as })).status).toBe(201);
    return { as, made: bodies.map(({ id }) => id as string).toSorted() };
  };

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    const list = `/${version}/external/connections`;

    it.each<[string, Json]>([
      ['description', { description: LARGE }],
      ['connectorId', { connectorId: LARGE }],
      ['configuration', { configuration: { note: LARGE } }],
      [
        'searchSettings',
        {
          searchSettings: {
            searchResultTemplates: [
              {
                id: 'card',
                priority: 1,
                layout: {
                  type: 'AdaptiveCard',
                  version: '1.3',
                  body: [{ type: 'TextBlock', text: LARGEST_CARD }],
                },
              },
            ],
          },
        },
      ],
    ])('end a page of connections by the bytes of their %s, and each is on one', async (_, large) => {
      const { as, made } = await tenantWith(
        ...Array.from({ length: 5 }, () => validConnection(large)),
        validConnection(),
      );
      const read = await pages(list, as);
      expect(read.length).toBeGreaterThan(1);
      expect(read.flatMap(ids)).toEqual(made);
      const backwards = await pages(`${list}?$top=4&$orderby=id desc&$count=true`, as);
      expect(backwards.flatMap(ids)).toEqual(made.toReversed());
      expect(backwards[0]!.body['@odata.count']).toBe(6);
    });

    it('end a page of connections by their bytes and those that $expand brings', async () => {
      const { as, made } = await tenantWith(...Array.from({ length: 4 }, () => validConnection()));
      for (const id of made) {
        await createGroup(server, id, validGroup({ description: LARGE }), { as });
        await createGroup(server, id, validGroup({ displayName: LARGE }), { as });
        expect((await register(server, id, validSchema(property()), { as })).status).toBe(202);
        const item = validItem({ content: { type: 'text', value: LARGE } });
        for (const name of ['one', 'two'])
          expect((await putItem(server, id, name, item, { as })).status).toBe(200);
      }
      for (const navigation of ['groups', 'items']) {
        const read = await pages(`${list}?$expand=${navigation}`, as);
        expect(read.map(({ body }) => body.value.length)).toEqual([1, 1, 1, 1]);
        expect(read.flatMap(ids)).toEqual(made);
        for (const { body } of read) expect(body.value[0][navigation]).toHaveLength(2);
      }
      expect(await pages(`${list}?$expand=operations`, as)).toHaveLength(1);
    });

    it('end a page of connections by their bytes and those of their schemas', async () => {
      const { as, made } = await tenantWith(...Array.from({ length: 3 }, () => validConnection()));
      const aliases = Array.from({ length: 150_000 }, (_, index) => `alias${index}`);
      for (const id of made) {
        const registered = await register(server, id, validSchema(property({ aliases })), { as });
        expect(registered.status, registered.text.slice(0, 500)).toBe(202);
      }
      const read = await pages(`${list}?$expand=schema`, as);
      expect(read.length).toBeGreaterThan(1);
      expect(read.flatMap(ids)).toEqual(made);
    });

    it('end a page of groups by bytes, with and without their members', async () => {
      const as = await tokenOf(server, { tenantId: newTenant() });
      const connection = await newConnection(server, { as });
      const made = [newId(), newId(), newId(), newId(), newId()].toSorted();
      for (const [index, id] of made.entries()) {
        const large = index % 2 === 0 ? { description: LARGE } : { displayName: LARGE };
        expect((await createGroup(server, connection, { id, ...large }, { as })).status).toBe(201);
        expect((await addMember(server, connection, id, validMember(), { as })).status).toBe(201);
      }
      for (const query of ['', '?$expand=members', '?$top=50&$orderby=id']) {
        const read = await pages(groupsPath(connection, version) + query, as);
        expect(read.map(({ body }) => body.value.length)).toEqual([2, 2, 1]);
        expect(read.flatMap(ids)).toEqual(made);
      }
      const expanded = await send(server, 'GET', `${list}/${connection}?$expand=groups`, { as });
      expect(expanded.body.groups).toHaveLength(2);
      expect(expanded.body['groups@odata.nextLink']).toContain('$skiptoken=');
    });
  });

  describe('in a batch', () => {
    it('keep the requests behind eight million bytes of answers from being made, and these say so [batchAnswersTooLarge]', async () => {
      const { as, made } = await tenantWith(
        ...Array.from({ length: 8 }, () => validConnection({ description: LARGE })),
      );
      const created = newId();
      const answer = await batch(
        server,
        [
          ...Array.from({ length: 17 }, (_, index) => reading(`${index}`, made[index % 8])),
          creating('create', validConnection({ id: created })),
          reading('after', created, { dependsOn: ['create'] }),
        ],
        { as },
      );
      expect(answer.status, answer.text.slice(0, 500)).toBe(200);
      // Those that are under way when the bound is reached are answered.
      const done = statuses(answer).filter((status) => status === 200).length;
      expect(done).toBeGreaterThanOrEqual(6);
      expect(done).toBeLessThanOrEqual(9);
      expect(statuses(answer)).toEqual([
        ...Array.from({ length: done }, () => 200),
        ...Array.from({ length: 18 - done }, () => 429),
        424,
      ]);
      assertGraphError(inner(answer, 'create'), {
        status: 429,
        code: 'TooManyRequests',
        message:
          'The request was not made because the answers before it fill the batch. Send it again in another batch.',
        inner: null,
      });
      expect(entry(answer, 'create').headers['Retry-After']).toBe('1');
      expect((await send(server, 'GET', `/beta/external/connections/${created}`, { as })).status).toBe(404);
    });

    it('leave the answer of a write that was made whole, however large', async () => {
      const as = await tokenOf(server, { tenantId: newTenant() });
      const connection = await readyConnection(server, { as });
      const all = Array.from({ length: 12 }, (_, index) => `item${index}`);
      const item = validItem({ content: { type: 'text', value: LARGE } });
      for (const id of all) expect((await putItem(server, connection, id, item, { as })).status).toBe(200);
      const changed = { properties: { title: 'changed' } };
      const answer = await batch(
        server,
        all.map((id) => ({
          id,
          method: 'PUT',
          url: `/external/connections/${connection}/items/${id}`,
          headers: { 'Content-Type': 'application/json' },
          body: changed,
        })),
        { as },
      );
      expect(answer.status).toBe(200);
      expect(new Set(statuses(answer))).toEqual(new Set([200, 429]));
      for (const id of all) {
        const made = entry(answer, id).status === 200;
        const path = `/beta/external/connections/${connection}/items/${id}`;
        const { body } = await send(server, 'GET', path, { as });
        expect(body.properties.title).toBe(made ? 'changed' : 'Printer on floor 3');
        if (made) expect(entry(answer, id).body.content.value).toHaveLength(LARGE.length);
      }
    });

    it('refuse nothing in a batch of small answers', async () => {
      const { as, made } = await tenantWith(validConnection());
      const requests = Array.from({ length: 20 }, (_, index) => reading(`${index}`, made[0]));
      expect(new Set(statuses(await batch(server, requests, { as })))).toEqual(new Set([200]));
    });
  });
});
