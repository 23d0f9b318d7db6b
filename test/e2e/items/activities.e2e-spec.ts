import { beforeAll, describe, expect, it } from 'vitest';
import { createDocument } from '../../../src/openapi/documents.js';
import { Declared } from '../../support/answers.js';
import { newTenant } from '../../support/callers.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, type Call, send } from '../../support/http.js';
import { itemPath, putItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const USER = '2f1a1d2c-0a3b-4c5d-8e6f-112233445566';
const QUALIFIED = 'microsoft.graph.externalConnectors.addActivities';
const RESULT = '#microsoft.graph.externalConnectors.externalActivityResult';

const activity = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  '@odata.type': '#microsoft.graph.externalConnectors.externalActivity',
  type: 'viewed',
  startDateTime: '2026-01-31T09:15:00Z',
  performedBy: { type: 'user', id: USER },
  ...overrides,
});

describe.each(['beta', 'v1.0'])('POST …/items/{id}/addActivities in %s', (version) => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server);
    await putItem(server, connection, 'T1');
  });

  const add = (activities: unknown, call: Call = {}, action = 'addActivities', id = 'T1'): Promise<Answer> =>
    send(server, 'POST', `${itemPath(connection, id, version)}/${action}`, { body: { activities }, ...call });

  const recorded = async (itemId = 'T1'): Promise<number> => {
    const rows = await query<{ n: number }>(
      server,
      'SELECT count(*) AS "n" FROM "external_activity" WHERE "itemId" = ?',
      [itemId],
    );
    return rows[0]!.n;
  };

  it.each(['addActivities', QUALIFIED, 'addactivities'])(
    'answers 200 and a result for each, in their order, named as %s',
    async (action) => {
      const before = await recorded();
      const answer = await add([activity(), activity({ type: 'Commented', performedBy: null })], {}, action);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body['@odata.context']).toBe(
        `${server.url}/${version}/$metadata#Collection(microsoft.graph.externalConnectors.externalActivityResult)`,
      );
      expect(answer.body.value).toEqual([
        {
          '@odata.type': RESULT,
          id: expect.stringMatching(/^[\da-f-]{36}$/),
          type: 'viewed',
          startDateTime: '2026-01-31T09:15:00Z',
          performedBy: { type: 'user', id: USER },
          error: null,
        },
        {
          '@odata.type': RESULT,
          id: expect.any(String),
          type: 'commented',
          startDateTime: '2026-01-31T09:15:00Z',
          error: null,
        },
      ]);
      expect(await recorded()).toBe(before + 2);
      const declared = new Declared(createDocument(server.app, server.configuration));
      const path = `/${version}/external/connections/{id}/items/{itemId}/addActivities`;
      declared.assertAnswer(answer, 'POST', path);
    },
  );

  it('answers 207 when only some are recorded, with the error of each that is not', async () => {
    const before = await recorded();
    const answer = await add([
      activity(),
      activity({ startDateTime: '2999-01-01T00:00:00Z' }),
      activity({ performedBy: { type: 'externalGroup', id: 'nightShift' } }),
      activity({ performedBy: { type: 'user', id: 'somebody' } }),
    ]);
    expect(answer.status, answer.text).toBe(207);
    const errors = (answer.body.value as { error: { code: string; target: string } | null }[]).map(
      ({ error }) => error && [error.code, error.target],
    );
    expect(errors).toEqual([
      null,
      ['InvalidStartDateTime', 'startDateTime'],
      ['InvalidIdentity', 'performedBy.type'],
      ['InvalidIdentity', 'performedBy.id'],
    ]);
    expect(await recorded()).toBe(before + 1);
  });

  it.each([
    ['four minutes ahead', 4, true],
    ['six minutes ahead', 6, false],
  ])('are recorded if the client’s clock is %s: %j', async (_what, minutes, taken) => {
    const instant = new Date(Date.now() + minutes * 60_000);
    const inUtc = instant.toISOString();
    const inIndia = new Date(instant.getTime() + 5.5 * 3_600_000).toISOString().replace('Z', '+05:30');
    for (const startDateTime of [inUtc, inUtc.slice(0, -1), inIndia]) {
      const answer = await add([activity({ startDateTime })]);
      expect(answer.status, answer.text).toBe(taken ? 200 : 207);
    }
  });

  it('takes 20 in a call, and no more', async () => {
    const before = await recorded();
    expect((await add(Array.from({ length: 20 }, () => activity()))).status).toBe(200);
    assertGraphError(await add(Array.from({ length: 21 }, () => activity())), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'TooManyActivities', message: 'A request cannot have more than 20 activities.' },
    });
    expect(await recorded()).toBe(before + 20);
  });

  it.each<[string, unknown, string]>([
    ['no activities', undefined, 'InvalidRequest'],
    ['null', null, 'InvalidRequest'],
    ['a type that does not exist', [activity(), activity({ type: 'liked' })], 'InvalidRequest'],
    ['no type', [activity({ type: undefined })], 'InvalidRequest'],
    ['no startDateTime', [activity({ startDateTime: undefined })], 'InvalidRequest'],
    ['a startDateTime that is none', [activity({ startDateTime: 'yesterday' })], 'BadRequest'],
    ['a day that does not exist', [activity({ startDateTime: '2026-02-30T00:00:00Z' })], 'BadRequest'],
    ['an identity without id', [activity({ performedBy: { type: 'user' } })], 'InvalidRequest'],
    ['an unknown property', [activity({ where: 'here' })], 'BadRequest'],
    ['another @odata.type', [activity({ '@odata.type': '#microsoft.graph.externalItem' })], 'InvalidRequest'],
  ])('refuses %s, and records nothing', async (_, activities, code) => {
    const before = await recorded();
    assertGraphError(await add(activities), { status: 400, code });
    expect(await recorded()).toBe(before);
  });

  it('is 404 where the item or the connection is not [itemNotFound]', async () => {
    assertGraphError(await add([activity()], {}, 'addActivities', 'nobody'), {
      status: 404,
      code: 'ItemNotFound',
      inner: { code: 'ResourceNotFound', source: 'ExternalItem' },
    });
    assertGraphError(await add([activity()], { as: { tenantId: newTenant() } }), {
      status: 404,
      code: 'ItemNotFound',
      inner: { code: 'ResourceNotFound', source: 'Connection' },
    });
  });

  it('is for applications alone, and for those that own the connection or may write all', async () => {
    const answer = await add([activity()], { as: { delegated: true } });
    assertGraphError(answer, {
      status: 403,
      code: 'AccessDenied',
      inner: { code: 'InsufficientPermissions' },
    });
    const stranger = {
      appId: 'bbbbbbbb-1111-4111-8111-111111111111',
      permissions: ['ExternalItem.ReadWrite.OwnedBy'] as const,
    };
    assertGraphError(await add([activity()], { as: stranger }), {
      status: 403,
      code: 'AccessDenied',
      inner: { code: 'ConnectionNotOwned' },
    });
    expect(
      (await add([activity()], { as: { permissions: ['ExternalItem.ReadWrite.OwnedBy'] } })).status,
    ).toBe(200);
  });

  it('goes with its item', async () => {
    await putItem(server, connection, 'T2');
    await add([activity()], {}, 'addActivities', 'T2');
    expect(await recorded('T2')).toBe(1);
    await send(server, 'DELETE', itemPath(connection, 'T2', version));
    expect(await recorded('T2')).toBe(0);
  });
});
