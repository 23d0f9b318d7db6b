import { beforeAll, expect, it } from 'vitest';
import { Database } from '../../../src/database/database.js';
import { tokenOf } from '../../support/callers.js';
import { create, read, validConnection } from '../../support/connections.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const MOST_OF_CLIENTS = 200;

describeException('what a connection to PostgreSQL has prepared', () => {
  const server = useServer({ DATABASE_POOL: '1' });
  let as: string;
  beforeAll(async () => {
    as = await tokenOf(server);
  });

  const prepared = async (like: string): Promise<number> => {
    const sql = `SELECT count(*) AS n FROM pg_prepared_statements WHERE name LIKE '${like}'`;
    const [row] = (await server.app.get(Database, { strict: false }).read.query(sql)) as { n: string }[];
    return Number(row!.n);
  };

  it('is what the program sends, once for all requests', async () => {
    const body = validConnection();
    await create(server, body, { as });
    await read(server, String(body.id), { as });
    const before = await prepared('program%');
    expect(before).toBeGreaterThan(2);
    await create(server, validConnection(), { as });
    await read(server, String(body.id), { as });
    expect(await prepared('program%')).toBe(before);
  });

  it('has an end, whatever clients ask for', async () => {
    for (const order of ['name', 'name desc', 'id desc']) {
      for (let top = 1; top <= 100; top++) {
        const path = `/beta/external/connections?$top=${top}&$orderby=${order}`;
        expect((await send(server, 'GET', path, { as })).status).toBe(200);
      }
    }
    // Other servers of this process may have used names up before.
    expect(await prepared('client%')).toBeLessThanOrEqual(MOST_OF_CLIENTS);
  });
});
