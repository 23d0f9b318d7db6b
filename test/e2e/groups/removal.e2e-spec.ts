import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import {
  addMember,
  createGroup,
  groupsPath,
  listMembers,
  newConnection,
  newGroup,
  newGroupId,
  readGroup,
  validMember,
  validGroup,
} from '../../support/groups.js';
import { send } from '../../support/http.js';
import { type TestServer, useServer } from '../../support/server.js';
import { until } from '../../support/until.js';

const rows = async (server: TestServer, from: string): Promise<number> => {
  const [found] = await query<{ n: number }>(server, `SELECT count(*) AS "n" FROM ${from}`);
  return found!.n;
};

const MEMBERS = '"external_group_member"';
const REMOVALS = '"external_connection_removal"';
const ORPHANED = 'WHERE "connectionKey" NOT IN (SELECT "connectionKey" FROM "external_connection")';

/** Members of a group, more than anyone could send. */
async function addMembers(server: TestServer, group: string, count: number): Promise<void> {
  await query(
    server,
    `INSERT INTO "external_group_member" ("groupKey", "normalizedId", "connectionKey", "id", "type")
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     SELECT "groupKey", 'm' || i, "connectionKey", 'm' || i, 'externalGroup' FROM n JOIN "external_group" g ON g."id" = ?`,
    [group],
  );
}

describe('what is below a deleted group', () => {
  const server = useServer();

  it('goes with it: a later group of the same id has no members', async () => {
    const { connection, group } = await newGroup(server);
    await addMember(server, connection, group);
    const other = newGroupId();
    await createGroup(server, connection, { id: other });
    await addMember(server, connection, other);
    await send(server, 'DELETE', `${groupsPath(connection)}/${group}`);
    await createGroup(server, connection, { id: group });
    expect((await listMembers(server, connection, group)).body.value).toEqual([]);
    expect((await listMembers(server, connection, other)).body.value).toHaveLength(1);
  });

  it('goes also when it is 20,000 members, while other requests pass, and no row stays', async () => {
    const as = await tokenOf(server);
    const { connection, group } = await newGroup(server);
    await addMembers(server, group, 20_000);
    const before = await rows(server, MEMBERS);
    expect((await send(server, 'DELETE', `${groupsPath(connection)}/${group}`, { as })).status).toBe(204);
    expect((await createGroup(server, connection, { id: group }, { as })).status).toBe(201);
    expect(await rows(server, MEMBERS)).toBeGreaterThan(before - 20_000);
    expect((await listMembers(server, connection, group, { as })).body.value).toEqual([]);
    expect((await addMember(server, connection, group, validMember(), { as })).status).toBe(201);
    await until(async () => (await rows(server, MEMBERS)) === before - 20_000 + 1);
    await until(async () => (await rows(server, REMOVALS)) === 0);
    expect((await listMembers(server, connection, group, { as })).body.value).toHaveLength(1);
  });

  it('goes with the connection, groups and members of them', async () => {
    const { connection, group } = await newGroup(server);
    await addMembers(server, group, 1_000);
    await send(server, 'DELETE', `/beta/external/connections/${connection}`);
    await until(async () => (await rows(server, REMOVALS)) === 0);
    expect(await rows(server, `${MEMBERS} ${ORPHANED}`)).toBe(0);
    expect(await rows(server, `"external_group" ${ORPHANED}`)).toBe(0);
  });
});

describe('the limit of external groups', () => {
  const server = useServer({ MAX_GROUPS_PER_TENANT: '3' });

  it('holds for all connections of a tenant, also for creates at the same moment [groupLimitReached]', async () => {
    const as = { tenantId: newTenant() };
    const connections = [await newConnection(server, { as }), await newConnection(server, { as })];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        createGroup(server, connections[index % 2]!, validGroup(), { as }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(answers.length - refused.length).toBe(3);
    for (const answer of refused)
      assertGraphError(answer, {
        status: 403,
        code: 'QuotaLimitReached',
        message: 'The user has reached their quota limit.',
        inner: {
          code: 'TenantGroupLimitReached',
          source: 'ExternalGroup',
          message:
            'The total quota utilization of your tenant has reached its limit. A tenant may have 3 external groups.',
        },
      });
    const lists = await Promise.all(connections.map((id) => send(server, 'GET', groupsPath(id), { as })));
    expect(lists.flatMap(({ body }) => body.value)).toHaveLength(3);
    const other = { tenantId: newTenant() };
    expect(
      (await createGroup(server, await newConnection(server, { as: other }), validGroup(), { as: other }))
        .status,
    ).toBe(201);
  });

  it('is given back by a deleted group and by a deleted connection, and not used up by refusals', async () => {
    const as = { tenantId: newTenant() };
    const keep = await newConnection(server, { as });
    const connection = await newConnection(server, { as });
    const status = async (in_: string, id?: string) =>
      (await createGroup(server, in_, id === undefined ? undefined : { id }, { as })).status;
    expect(await status(connection, 'a')).toBe(201);
    for (let attempt = 0; attempt < 5; attempt++) expect(await status(connection, 'a')).toBe(409);
    expect(await status(connection, 'b')).toBe(201);
    expect(await status(keep, 'c')).toBe(201);
    expect(await status(keep, 'd')).toBe(403);
    expect((await send(server, 'DELETE', `${groupsPath(keep)}/c`, { as })).status).toBe(204);
    expect((await send(server, 'DELETE', `${groupsPath(keep)}/c`, { as })).status).toBe(404);
    expect(await status(keep, 'd')).toBe(201);
    expect(await status(keep, 'e')).toBe(403);
    await send(server, 'DELETE', `/beta/external/connections/${connection}`, { as });
    expect(await status(keep, 'e')).toBe(201);
    expect(await status(keep, 'f')).toBe(201);
    expect(await status(keep, 'g')).toBe(403);
    expect((await readGroup(server, keep, 'd', { as })).status).toBe(200);
  });
});
