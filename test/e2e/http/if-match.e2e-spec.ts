import { beforeAll, describe, expect, it } from 'vitest';
import { create, newId, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import {
  addMember,
  createGroup,
  listMembers,
  readGroup,
  validGroup,
  validMember,
} from '../../support/groups.js';
import { type Answer, send } from '../../support/http.js';
import { getItem, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { batch, inner, JSON_BODY } from '../batch/batches.js';

const modified = (source: string) => ({
  status: 412,
  code: 'ResourceModified',
  inner: {
    code: 'ResourceModified',
    source,
    message: "The resource has no ETag; the header 'If-Match' may be '*' or left out.",
  },
});

const TAGS = ['"x"', 'W/"1"', '""', '"*"', '*, "x"', 'x'];

interface Write {
  readonly source: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly read: () => Promise<unknown>;
}

describe('field 6: If-Match', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server);
  });

  const below = `/external/connections/`;

  /** A new thing of each kind, and every write that there is of it. */
  async function writes(): Promise<Write[]> {
    const [item, group, member, own] = [newId(), validGroup(), validMember(), newId()];
    await putItem(server, connection, item);
    await createGroup(server, connection, group);
    await addMember(server, connection, group.id as string, member);
    await create(server, validConnection({ id: own }));
    const id = group.id as string;
    const items = `${below}${connection}/items/${item}`;
    const groups = `${below}${connection}/groups/${id}`;
    const readItem = async (): Promise<unknown> => (await getItem(server, connection, item)).body;
    const readIt = async (): Promise<unknown> => (await readGroup(server, connection, id)).body;
    const readMembers = async (): Promise<unknown> => (await listMembers(server, connection, id)).body;
    const readOwn = async (): Promise<unknown> => (await send(server, 'GET', `/beta${below}${own}`)).body;
    const body = { properties: { title: 'Changed' } };
    const patch = { properties: { title: 'Patched' } };
    const named = { displayName: 'Changed' };
    return [
      { source: 'ExternalItem', method: 'PUT', path: items, body, read: readItem },
      { source: 'ExternalItem', method: 'PATCH', path: items, body: patch, read: readItem },
      { source: 'ExternalItem', method: 'DELETE', path: items, read: readItem },
      {
        source: 'ExternalGroupMember',
        method: 'DELETE',
        path: `${groups}/members/${String(member.id)}`,
        read: readMembers,
      },
      { source: 'ExternalGroup', method: 'PATCH', path: groups, body: named, read: readIt },
      { source: 'ExternalGroup', method: 'DELETE', path: groups, read: readIt },
      { source: 'Connection', method: 'PATCH', path: below + own, body: { name: 'Changed' }, read: readOwn },
      { source: 'Connection', method: 'DELETE', path: below + own, read: readOwn },
    ];
  }

  async function inBatch({ method, path, body }: Write, tag: string, version: string): Promise<Answer> {
    const headers = { ...(body === undefined ? {} : JSON_BODY), 'If-Match': tag };
    return inner(await batch(server, [{ id: '1', method, url: path, headers, body }], { version }), '1');
  }

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('changes no item, group, member or connection with anything but *: 412 [resourceModified]', async () => {
      for (const write of await writes()) {
        const before = await write.read();
        for (const tag of TAGS) {
          const call = { body: write.body, headers: { 'if-match': tag } };
          for (const answer of [
            await send(server, write.method, `/${version}${write.path}`, call),
            await inBatch(write, tag, version),
          ])
            assertGraphError(answer, modified(write.source));
        }
        expect(await write.read()).toEqual(before);
      }
    });

    it('does with * what it does without', async () => {
      for (const { method, path, body, read, source } of await writes()) {
        const before = await read();
        const answer = await send(server, method, `/${version}${path}`, {
          body,
          headers: { 'if-match': ' * ' },
        });
        expect(answer.status, `${method} ${source}: ${answer.text}`).toBeLessThan(300);
        expect(await read()).not.toEqual(before);
      }
      for (const write of (await writes()).slice(0, 5))
        expect((await inBatch(write, '*', version)).status).toBeLessThan(300);
    });

    it('creates no item by a PUT with it: 412 [nothingToModify]', async () => {
      for (const tag of ['*', '"x"']) {
        const id = newId();
        const answer = await putItem(server, connection, id, validItem(), {
          headers: { 'if-match': tag },
          version,
        });
        assertGraphError(answer, {
          status: 412,
          code: 'ResourceModified',
          inner: { code: 'ResourceModified', source: 'ExternalItem' },
        });
        expect((await getItem(server, connection, id)).status).toBe(404);
      }
    });

    it('refuses what is refused without it, in the same words', async () => {
      const headers = { 'if-match': '"x"' };
      const path = `/${version}${below}${connection}`;
      for (const [method, rest, body, status] of [
        ['PATCH', '/items/missing', {}, 404],
        ['DELETE', '/items/missing', undefined, 404],
        ['PUT', '/items/missing', { acl: [] }, 400],
        ['PATCH', '/groups/missing', {}, 404],
        ['DELETE', '/groups/missing', undefined, 404],
        ['DELETE', '/groups/missing/members/x', undefined, 404],
      ] as const) {
        const answer = await send(server, method, path + rest, { headers, body });
        expect(answer.status, `${method} ${rest}: ${answer.text}`).toBe(status);
      }
    });
  });
});
