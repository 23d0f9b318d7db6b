import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SearchIndex } from '../../../src/search/index/search-index.js';
import type { SchemaPropertyDto } from '../../../src/schema/schema.dto.js';
import { query, temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { deleteItem, putItem, validItem } from '../../support/items.js';
import { KillableServer } from '../../support/killable-server.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { connectionKeyOf, idsOf, searchFor, searchOf, text } from '../../support/search.js';
import { startServer, type TestServer } from '../../support/server.js';
import { until } from '../../support/until.js';

const SCHEMA = [property()] as unknown as SchemaPropertyDto[];
const AT_ONCE = { SCHEMA_PROVISIONING_MS: '0' };

let own: TestDatabase;
let server: TestServer;
const start = async (): Promise<void> => {
  server = await startServer({ ...own.environment, ...AT_ONCE });
};

const body = (words: string): object => validItem({ content: { type: 'text', value: words } });

async function put(connection: string, id: string, words = 'printer'): Promise<void> {
  const answer = await putItem(server, connection, id, body(words));
  expect(answer.status, answer.text).toBe(200);
}

async function found(connection: string, words = 'printer'): Promise<string[]> {
  const connectionKey = await connectionKeyOf(server, connection);
  const wanted = searchOf({ connectionKey, schema: SCHEMA, condition: text(words) }, { size: 500 });
  return idsOf(await searchFor(server, wanted)).toSorted();
}

const search = (connectionKey: string) =>
  server.app.get(SearchIndex, { strict: false }).search(searchOf({ connectionKey, schema: SCHEMA }));

beforeEach(async () => {
  own = await temporaryDatabase();
});
afterEach(() => own.remove());

const NOT_READY = { status: 503, inner: { code: 'SearchNotReady' }, headers: { 'retry-after': '2' } };

describe('a server that is killed', () => {
  it('has in its index, when it is started again, what it acknowledged, and nothing else', async () => {
    const killed = await KillableServer.start(AT_ONCE);
    try {
      const connection = 'killedwhileindexing';
      const path = `/beta/external/connections/${connection}`;
      expect(
        (await killed.request('POST', '/beta/external/connections', { id: connection, name: 'Any' })).status,
      ).toBe(201);
      expect((await killed.request('PATCH', `${path}/schema`, validSchema())).status).toBe(202);
      const acknowledged = new Map<string, string>();
      for (let life = 0; life < 3; life++) {
        const writes = Array.from({ length: 300 }, async (_, index) => {
          const id = `i${(life * 150 + index) % 400}`;
          const words = `printer life${life}`;
          const status = (
            await killed.request('PUT', `${path}/items/${id}`, body(words)).catch(() => undefined)
          )?.status;
          if (status === 200) acknowledged.set(id, words);
        });
        // In the middle of it: some are acknowledged, and the index is at it.
        await until(() => acknowledged.size > life * 100 + 50);
        await killed.kill();
        await Promise.all(writes);
        await killed.restart();
      }
      await killed.stop();
      server = await startServer({ ...killed.database.environment, ...AT_ONCE });
      const stored = await query<{ id: string }>(killed.database, 'SELECT "id" FROM "external_item"');
      expect(await found(connection)).toEqual(stored.map(({ id }) => id).toSorted());
      expect(stored.map(({ id }) => id)).toEqual(expect.arrayContaining([...acknowledged.keys()]));
      const contents = await query<{ id: string; contentValue: string }>(
        killed.database,
        'SELECT "id", "contentValue" FROM "external_item"',
      );
      for (let life = 0; life < 3; life++)
        expect(await found(connection, `life${life}`)).toEqual(
          contents
            .filter(({ contentValue }) => contentValue.includes(`life${life}`))
            .map(({ id }) => id)
            .toSorted(),
        );
      await server.close();
    } finally {
      await killed.remove();
    }
  });
});

/** What a database has of the index. */
async function indexTable(): Promise<string> {
  const found = await query(own, `SELECT 1 FROM "search_document" LIMIT 1`).catch(() => undefined);
  return found === undefined ? 'search_change' : 'search_document';
}

describe('a database of an earlier version', () => {
  it('is indexed by itself', async () => {
    await start();
    const connection = await readyConnection(server);
    for (let index = 0; index < 120; index++) await put(connection, `i${index}`);
    expect(await found(connection)).toHaveLength(120);
    // As a migration or an import leaves it.
    await query(own, `DELETE FROM "${await indexTable()}"`);
    await query(own, `UPDATE "search_build" SET "requestId" = 'another', "position" = '[]'`);
    await put(connection, 'new');
    await deleteItem(server, connection, 'i7');
    expect(await found(connection)).toHaveLength(120);
    await server.close();
  });
});

describe('many searches of one caller', () => {
  it('wait for their turns, so many of them [searchesTooMany]', async () => {
    await start();
    const connection = await readyConnection(server);
    await put(connection, 'a');
    await found(connection);
    const wanted = searchOf({ connectionKey: await connectionKeyOf(server, connection), schema: SCHEMA });
    const index = server.app.get(SearchIndex, { strict: false });
    const answers = await Promise.allSettled(
      Array.from({ length: 300 }, () => index.search(wanted, { caller: 'one' })),
    );
    const refused = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as object] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused)
      expect(reason).toMatchObject({ status: 429, inner: { code: 'TooManySearches' } });
    expect((await index.search(wanted, { caller: 'one' })).total).toBe(1);
    await server.close();
  });
});

describeException('the index table', () => {
  it('is filled when somebody searches and it is not complete, which is refused until then', async () => {
    await start();
    const connection = await readyConnection(server);
    await put(connection, 'a');
    expect(await found(connection)).toEqual(['a']);
    const connectionKey = await connectionKeyOf(server, connection);
    await query(own, 'DELETE FROM "search_document"');
    await query(own, `UPDATE "search_build" SET "position" = '[]'`);
    await expect(search(connectionKey)).rejects.toMatchObject(NOT_READY);
    expect(await found(connection)).toEqual(['a']);
    await server.close();
  });
});

describeException('the index file', () => {
  const indexFile = (): string => join(own.environment.DATA_DIR!, 'graph-connections-search.db');
  let connection: string;
  beforeEach(async () => {
    await start();
    connection = await readyConnection(server);
    for (let index = 0; index < 50; index++) await put(connection, `i${index}`);
    expect(await found(connection)).toHaveLength(50);
  });
  afterEach(() => server.close());

  it('is for its owner alone', () => {
    const files = readdirSync(own.environment.DATA_DIR!).filter((name) => name.includes('-search.db'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files)
      expect(statSync(join(own.environment.DATA_DIR!, name)).mode & 0o777).toBe(0o600);
  });

  it('is built anew if it was deleted while the server was stopped', async () => {
    await server.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(indexFile() + suffix, { force: true });
    await start();
    expect(await found(connection)).toHaveLength(50);
  });

  it('is built anew if it is deleted while the server runs', async () => {
    rmSync(indexFile());
    await put(connection, 'new');
    expect(await found(connection)).toHaveLength(51);
    expect(existsSync(indexFile())).toBe(true);
  });

  it('is built anew if it is no database any more', async () => {
    await server.close();
    for (const suffix of ['-wal', '-shm']) rmSync(indexFile() + suffix, { force: true });
    writeFileSync(indexFile(), 'no database'.repeat(10_000));
    await start();
    expect(await found(connection)).toHaveLength(50);
  });

  it('is built anew if its pages are overwritten while the server runs', async () => {
    const size = statSync(indexFile()).size;
    writeFileSync(indexFile(), Buffer.alloc(size, 0x5a));
    writeFileSync(`${indexFile()}-wal`, Buffer.alloc(4096, 0x5a));
    await put(connection, 'new');
    expect(await found(connection)).toHaveLength(51);
  });

  it('is built anew if the database is one that was stored before', async () => {
    await server.close();
    await query(own, `UPDATE sqlite_sequence SET "seq" = 3 WHERE "name" = 'search_change'`);
    await query(own, `DELETE FROM "external_item" WHERE "id" = 'i0'`);
    await start();
    expect(await found(connection)).toHaveLength(49);
  });

  it('is built anew if the outbox lacks changes', async () => {
    await server.close();
    const { seq } = (
      await query<{ seq: number }>(own, `SELECT "seq" FROM sqlite_sequence WHERE "name" = 'search_change'`)
    )[0]!;
    await query(own, `DELETE FROM "search_change"`);
    await query(own, `UPDATE sqlite_sequence SET "seq" = ? WHERE "name" = 'search_change'`, [seq + 10]);
    await query(own, `DELETE FROM "external_item" WHERE "id" = 'i0'`);
    await start();
    expect(await found(connection)).toHaveLength(49);
  });

  it('that cannot be written stops searches, and no writes; when it can be, the index catches up [searchNotReady]', async () => {
    await server.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(indexFile() + suffix, { force: true });
    mkdirSync(indexFile());
    await start();
    const connectionKey = await connectionKeyOf(server, connection);
    await expect(search(connectionKey)).rejects.toMatchObject(NOT_READY);
    await put(connection, 'new');
    await expect(search(connectionKey)).rejects.toMatchObject({ status: 503 });
    rmSync(indexFile(), { recursive: true });
    expect(await found(connection)).toHaveLength(51);
  });

  it('leaves nothing in the outbox that it has', async () => {
    await until(async () => (await query(server, 'SELECT 1 FROM "search_change"')).length === 0);
    await put(connection, 'new');
    expect(await found(connection)).toHaveLength(51);
  });

  it('loses the items of a connection that was removed', async () => {
    const other = await readyConnection(server);
    await put(other, 'a');
    const connectionKey = await connectionKeyOf(server, connection);
    await send(server, 'DELETE', `/beta/external/connections/${connection}`);
    expect(await found(other)).toEqual(['a']);
    await until(async () => (await search(connectionKey)).total === 0);
  });
});
