import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TENANT, tenantIdOf } from '../../../src/identity/local/tenant.js';
import { create, read, validConnection } from '../../support/connections.js';
import { query, temporaryDatabase } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { itemPath, putItem, validItem } from '../../support/items.js';
import { ensureBuilt, type Outcome, Program } from '../../support/program.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const PATIENCE_MS = 240_000;
const AS = { as: { tenantId: DEFAULT_TENANT } };
const id = (number: number): string => `seed${String(number).padStart(12, '0')}`;

const start = (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Program =>
  new Program(process.execPath, ['dist/cli/seed.js', ...args], environment);

describe('npm run seed', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  beforeAll(ensureBuilt);

  const seed = (...args: readonly string[]): Promise<Outcome> => start(server.environment, ...args).outcome();
  const count = async (connection: string, tenantId = DEFAULT_TENANT): Promise<[unknown, unknown]> => {
    const as = { tenantId };
    const { body } = await read(server, connection, { as });
    const list = await send(
      server,
      'GET',
      `/beta/external/connections/${connection}/items?$top=1&$count=true`,
      {
        as,
      },
    );
    return [body.ingestedItemsCount, list.body['@odata.count']];
  };

  it(
    'makes the connection and fills it with items of the given size, which the server counts and reads',
    async () => {
      const { code, stdout, stderr } = await seed(
        '--items',
        '600',
        '--size',
        '4096',
        '--tenant',
        'fabrikam.example',
      );
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^600 items written, \d+ items\/s; at most \d+ MiB of memory\.\n$/),
      });
      expect(stderr).toMatch(/100% \| 600\/600 items \| \d+ items\/s/);
      const tenantId = tenantIdOf('fabrikam.example');
      expect(await count('seeded', tenantId)).toEqual([600, 600]);
      const { body } = await send(server, 'GET', itemPath('seeded', id(599)), { as: { tenantId } });
      expect(body.properties).toMatchObject({ number: 599, 'tags@odata.type': 'Collection(String)' });
      const { acl, properties, content } = body;
      expect(Buffer.byteLength(JSON.stringify({ acl, properties, content }))).toBe(4096);
    },
    PATIENCE_MS,
  );

  it(
    'goes on where it was killed, and writes nothing when all is there',
    async () => {
      let connection = '';
      let there: unknown = 3000;
      // Another one where it was done before this machine came to kill it.
      for (let attempt = 0; there === 3000; attempt++) {
        connection = `killed${attempt}`;
        const program = start(server.environment, '--items', '3000', '--connection', connection);
        await program.until(async () => {
          const { body } = await send(server, 'GET', itemPath(connection, id(500)), AS);
          return body.id === id(500);
        });
        program.signal('SIGKILL');
        await program.outcome();
        [, there] = await count(connection);
      }
      // Items on their way together arrive in any order.
      expect(there).toBeGreaterThan(500 - 256);

      const args = ['--items', '3000', '--connection', connection];
      const { stdout } = await seed(...args);
      const written = Number(/^(\d+) items written/.exec(stdout)![1]);
      expect(written).toBeLessThanOrEqual(3000 - (there as number) + 512);
      expect(await count(connection)).toEqual([3000, 3000]);
      expect(await seed(...args)).toMatchObject({
        code: 0,
        stdout: 'The connection already has all 3000 items.\n',
      });
    },
    PATIENCE_MS,
  );

  it(
    'field 1.4: leaves out what a connection of people does not take',
    async () => {
      const schema = validSchema(
        property({ name: 'who', labels: ['personAccount'] }),
        property({ name: 'skills', type: 'stringCollection', labels: ['personSkills'] }),
        property({ name: 'tags', type: 'stringCollection' }),
      );
      const connection = await readyConnection(server, {
        schema,
        ...AS,
        connection: { contentCategory: 'people' },
      });
      expect(await seed('--items', '3', '--connection', connection)).toMatchObject({ code: 0 });
      const { body } = await send(server, 'GET', itemPath(connection, id(3)), AS);
      expect(Object.keys(body.properties)).toEqual(['who', 'skills@odata.type', 'skills']);
    },
    PATIENCE_MS,
  );

  it(
    'fills a connection by the schema that it has, whatever types that has',
    async () => {
      const types = ['string', 'int64', 'double', 'dateTime', 'boolean', 'principal'];
      const collections = types.filter((type) => type !== 'boolean').map((type) => `${type}Collection`);
      const schema = validSchema(...[...types, ...collections].map((type) => property({ name: type, type })));
      const connection = await readyConnection(server, { schema, ...AS });
      await putItem(server, connection, 'mine', validItem({ properties: { string: 'mine' } }), AS);
      expect(await seed('--items', '300', '--connection', connection)).toMatchObject({ code: 0 });
      expect(await count(connection)).toEqual([301, 301]);
      const { body } = await send(server, 'GET', itemPath(connection, id(7)), AS);
      for (const type of [...types, ...collections]) expect(body.properties).toHaveProperty(type);
      expect(await putItem(server, connection, id(7), { properties: body.properties }, AS)).toMatchObject({
        status: 200,
      });
    },
    PATIENCE_MS,
  );

  it(
    'gives a draft connection its schema',
    async () => {
      const body = validConnection();
      await create(server, body, AS);
      expect(await seed('--items', '1', '--connection', body.id as string)).toMatchObject({ code: 0 });
      expect((await read(server, body.id as string, AS)).body.state).toBe('ready');
    },
    PATIENCE_MS,
  );

  it(
    'ends with 1 at the limit of a connection, which is full then [itemLimitReached]',
    async () => {
      const own = await temporaryDatabase();
      try {
        const limited = { ...own.environment, MAX_ITEMS_PER_CONNECTION: '700' };
        const { code, stdout, stderr } = await start(limited, '--items', '1000').outcome();
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain('QuotaLimitReached');
        expect(stderr).toContain('MAX_ITEMS_PER_CONNECTION');
        expect(stderr).not.toMatch(/^ +at /m);
        expect(await query(own, 'SELECT count(*) AS "items" FROM "external_item"')).toEqual([{ items: 700 }]);
      } finally {
        await own.remove();
      }
    },
    PATIENCE_MS,
  );

  it.concurrent(
    'refuses a connection id that a request could not create, in the words of Graph',
    async () => {
      const { code, stderr } = await seed('--items', '1', '--connection', 'microsoftdocs');
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: "InvalidRequest: Connection id 'microsoftdocs' is reserved.\n",
      });
    },
    PATIENCE_MS,
  );

  describeException('a wrong command line of seed', () => {
    it.concurrent.each([
      [[], '--items is missing'],
      [['--items', '0'], '--items 0: must be a whole number from 1 to 999999999'],
      [['--items', '1', '--size', '4000001'], '--size 4000001: must be a whole number from 1 to 4000000'],
      [['--many'], "Unknown option '--many'"],
    ])(
      'ends with 1 and its usage for %j',
      async (args, complaint) => {
        const { code, stdout, stderr } = await seed(...args);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain(complaint);
        expect(stderr).toContain('npm run seed -- --items N [options]');
        expect(stderr).not.toMatch(/^ +at /m);
      },
      PATIENCE_MS,
    );
  });
});
