import { beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/callers.js';
import { ids, read } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { send } from '../../support/http.js';
import {
  content,
  deleteItem,
  getItem,
  itemPath,
  listItems,
  putItem,
  validItem,
} from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

describe('simultaneous writes of items', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let as: string;
  let connection: string;
  beforeAll(async () => {
    as = await tokenOf(server);
    connection = await readyConnection(server);
  });

  const put = (id: string, title: string) =>
    putItem(server, connection, id, validItem({ properties: { title } }), { as });
  const remove = (id: string) => deleteItem(server, connection, id, { as });
  const counts = async (): Promise<{ ingested: number; rows: number; tenant: number }> => {
    const count = async (what: string): Promise<number> =>
      (await query<{ n: number }>(server, `SELECT ${what}`))[0]!.n;
    return {
      ingested: (await read(server, connection, { as })).body.ingestedItemsCount,
      rows: await count('count(*) AS "n" FROM "external_item"'),
      tenant: await count('sum("itemCount") AS "n" FROM "tenant"'),
    };
  };

  it('are all 200 for one new id, in 200 rounds, and count the item once', async () => {
    for (let round = 0; round < 200; round++) {
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, index) => put(`R${round}`, `Number ${index}`)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 200));
      const stored = content(await getItem(server, connection, `R${round}`, { as }));
      expect(answers.map(content)).toContainEqual(stored);
    }
    expect(await counts()).toEqual({ ingested: 200, rows: 200, tenant: 200 });
  });

  it('keep the count that of the rows when they put and delete one id', async () => {
    const before = await counts();
    for (let round = 0; round < 50; round++) {
      const answers = await Promise.all([
        put('both', 'x'),
        remove('both'),
        put('both', 'y'),
        remove('both'),
        remove('both'),
      ]);
      for (const { status } of answers) expect([200, 204, 404]).toContain(status);
    }
    await remove('both');
    expect(await counts()).toEqual(before);
  });

  it('succeed beside writes that fail', async () => {
    const before = await counts();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index % 3 === 0
          ? putItem(server, connection, `F${index}`, { properties: { title: 'no acl' } }, { as })
          : index % 3 === 1
            ? remove(`missing${index}`)
            : put(`F${index}`, 'good'),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 60 }, (_, index) => [400, 404, 200][index % 3]),
    );
    const after = await counts();
    expect(after).toEqual({
      ingested: before.ingested + 20,
      rows: before.rows + 20,
      tenant: before.tenant + 20,
    });
  });

  it('leave and count no item while their connection is deleted', async () => {
    const doomed = await readyConnection(server);
    const before = await counts();
    const writes = Array.from({ length: 60 }, (_, index) =>
      putItem(server, doomed, `D${index}`, validItem(), { as }),
    );
    const gone = send(server, 'DELETE', `/beta/external/connections/${doomed}`, { as });
    for (const { status } of await Promise.all(writes)) expect([200, 404]).toContain(status);
    expect((await gone).status).toBe(202);
    expect((await putItem(server, doomed, 'late', validItem(), { as })).status).toBe(404);
    await expect.poll(counts).toEqual(before);
  });

  it('are made one after the other in one batch if they say so', async () => {
    const url = itemPath(connection, 'batch').slice('/beta'.length);
    const headers = { 'Content-Type': 'application/json' };
    const requests = [
      { id: '1', method: 'PUT', url, headers, body: validItem() },
      { id: '2', method: 'PATCH', url, headers, body: { properties: { title: 'two' } }, dependsOn: ['1'] },
      { id: '3', method: 'GET', url, dependsOn: ['2'] },
      { id: '4', method: 'DELETE', url, dependsOn: ['3'] },
      { id: '5', method: 'GET', url, dependsOn: ['4'] },
    ];
    const { body, text } = await send(server, 'POST', '/beta/$batch', { as, body: { requests } });
    expect(
      body.responses.map(({ status }: { status: number }) => status),
      text,
    ).toEqual([200, 200, 200, 204, 404]);
    expect(body.responses[2].body.properties.title).toBe('two');
    expect(body.responses[3]).not.toHaveProperty('body');
    expect(ids(await listItems(server, connection, { query: "?$filter=id eq 'batch'", as }))).toEqual([]);
  });
});
