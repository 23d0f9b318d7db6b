import { beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { itemWith, there, WRITES_IN_VERSIONS } from '../../support/item-writes.js';
import { getItem, listItems, putItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const TAKEN = [
  '2026-03-28',
  '2024-02-29',
  '2026-03-26T05:13',
  '2026-03-26T05:13:06',
  '2026-03-26T05:13:06.1',
  '2026-03-26T05:13:06.123456789',
  '2026-03-26T05:13Z',
  '2026-03-26T05:13:06Z',
  '2026-03-26T05:13:06.000+0000',
  '2026-03-26T05:13:06.1234567+05:30',
  '2026-03-26T05:13-0730',
  '2026-03-26T05:13:06+02',
  '2026-03-26t05:13:06z',
];
const REFUSED = [
  '20260328T051306Z',
  '20260328',
  '2026-03-26T051306Z',
  '2026-W13-4',
  '2026-W13-4T05:13:06Z',
  '2026-085',
  '2026-03-26 05:13:06Z',
  '2026-03-26 ',
  'Thu, 26 Mar 2026 05:13:06 GMT',
  '2026-03-26T05:13:06.1234567890Z',
  '2026-03-26T05:13:06.Z',
  '2026-03-26T05Z',
  '2026-03-26Z',
  '2026-02-30',
  '2025-02-29T00:00Z',
  '2026-03-26T24:00:00Z',
  '2026-03-26T23:59:60Z',
  '2026-03-26T05:13:06+15:00',
  'tomorrow',
];
const LIST = { 'list@odata.type': 'Collection(DateTimeOffset)' };

describe('dateTime values of an item', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server, {
      schema: validSchema(
        property({ name: 'changedOn', type: 'dateTime' }),
        property({ name: 'list', type: 'dateTimeCollection' }),
      ),
    });
  });

  let counter = 0;
  async function newId(ofExisting: boolean): Promise<string> {
    const id = `item${counter++}`;
    if (ofExisting) await there(server, connection, id, itemWith({ changedOn: '2000-01-01T00:00:00Z' }));
    return id;
  }

  it.each(WRITES_IN_VERSIONS)(
    'field 1.1: are taken in every ISO 8601 calendar form and answered as sent, by $how in $version',
    async ({ ofExisting, write, version }) => {
      const id = await newId(ofExisting);
      for (const value of TAKEN) {
        const properties = { changedOn: value };
        const answer = await write(server, connection, id, itemWith(properties), { version });
        expect(answer.status, `${value} ${JSON.stringify(answer.body)}`).toBe(200);
        expect(answer.body.properties).toEqual(properties);
      }
      const all = { changedOn: TAKEN[0], ...LIST, list: TAKEN };
      expect((await write(server, connection, id, itemWith(all), { version })).status).toBe(200);
      for (const one of ['beta', 'v1.0'])
        expect((await getItem(server, connection, id, { version: one })).body.properties).toEqual(all);
      const listed = await listItems(server, connection, { query: `?$filter=id eq '${id}'`, version });
      expect(listed.body.value[0].properties).toEqual(all);
    },
  );

  it.each(WRITES_IN_VERSIONS)(
    'field 1.1: are refused in any other form with property, rule and value, alone and in a collection, by $how in $version',
    async ({ ofExisting, write, version }) => {
      const id = await newId(ofExisting);
      const before = await getItem(server, connection, id);
      for (const value of REFUSED)
        for (const [properties, place] of [
          [{ changedOn: value }, 'changedOn'],
          [{ ...LIST, list: ['2026-03-28', value] }, 'list[1]'],
        ] as const) {
          const answer = await write(server, connection, id, itemWith(properties), { version });
          expect(answer.status, value).toBe(400);
          expect(answer.body.error).toMatchObject({
            code: 'InvalidRequest',
            innerError: { code: 'PropertyTypeMismatch' },
            details: [{ target: `properties.${place}` }],
          });
          const { message } = answer.body.error.innerError as { message: string };
          expect(message).toContain(`'${place}' must be an ISO 8601 date or date and time`);
          expect(message).toContain(`it is a string: ${value}.`);
        }
      const after = await getItem(server, connection, id);
      expect(after.status).toBe(before.status);
      expect(after.body.properties).toEqual(before.body.properties);
    },
  );

  it('field 1.1: stay DateTimeOffset in activities', async () => {
    const id = await newId(true);
    const add = (startDateTime: string) =>
      send(server, 'POST', `/v1.0/external/connections/${connection}/items/${id}/addActivities`, {
        body: {
          activities: [
            {
              type: 'viewed',
              startDateTime,
              performedBy: { type: 'user', id: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566' },
            },
          ],
        },
      });
    expect((await add('2026-01-31T09:15:00Z')).status).toBe(200);
    for (const other of ['2026-01-31', '2026-01-31T09:15:00+0000', '2026-01-31T09:15:00+00'])
      assertGraphError(await add(other), { status: 400, code: 'BadRequest' });
  });

  it('field 1.1: are still read if an earlier version stored them with 12 digits of fraction', async () => {
    const id = await newId(true);
    const stored = '2026-03-26T05:13:06.123456789012Z';
    await query(
      server,
      'UPDATE external_item SET "properties" = ? WHERE "id" = ? AND "connectionKey" IN (SELECT "connectionKey" FROM external_connection WHERE "id" = ?)',
      [JSON.stringify({ changedOn: stored }), id, connection],
    );
    expect((await getItem(server, connection, id)).body.properties).toEqual({ changedOn: stored });
    expect(
      (await putItem(server, connection, id, { content: { type: 'text', value: 'x' } })).body.properties,
    ).toEqual({
      changedOn: stored,
    });
  });
});
