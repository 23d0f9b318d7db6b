import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TransferError } from '../../../src/cli/transfer/transfer-error.js';
import { requestToken } from '../../support/authority.js';
import { tokenOf } from '../../support/callers.js';
import {
  beginOperation,
  exportTo,
  fill,
  type Filled,
  importFrom,
  leaveRemoval,
  linesOf,
  madeDatabase,
  manyItems,
} from '../../support/content.js';
import { query, temporaryDatabase, type TestDatabase, untilAlone } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { ensureBuilt, Program } from '../../support/program.js';
import { startServer, temporaryFolder, useServer } from '../../support/server.js';
import { secretsOf } from '../../support/tokens.js';

const PATIENCE_MS = 240_000;

const start = (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Program =>
  new Program(process.execPath, ['dist/cli/import.js', ...args], environment);

const read = (path: string): string => readFileSync(path, 'utf8');

/** The lines as a file that has the right digest, whatever they say. */
function signed(lines: readonly string[], footer: string): string {
  const text = lines.map((line) => `${line}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `${text}${JSON.stringify({ ...(JSON.parse(footer) as object), sha256 })}\n`;
}

const items = async (where: Pick<TestDatabase, 'environment'>): Promise<number> =>
  (await query<{ n: number }>(where, 'SELECT count(*) AS "n" FROM "external_item"'))[0]!.n;

describe('npm run import', () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder.path, name);
  const whole = file('whole.jsonl');
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let filled: Filled;
  let operation: string;
  let untouched: TestDatabase;
  beforeAll(async () => {
    await ensureBuilt();
    untouched = await madeDatabase();
    filled = await fill(server);
    operation = await beginOperation(server.environment);
    await leaveRemoval(server);
    await exportTo(server.environment, whole, { withSecrets: true });
  });
  afterAll(async () => {
    await untouched.remove();
    folder.remove();
  });

  it('makes a server that answers as the one that was exported, to the same tokens, and goes on with what was under way', async () => {
    const own = await temporaryDatabase(false);
    const rows = linesOf(whole).length - 3;
    expect(await importFrom(own.environment, whole)).toBe(rows);
    await exportTo(own.environment, file('again.jsonl'), { withSecrets: true });
    expect(read(file('again.jsonl'))).toBe(read(whole));

    const as = await tokenOf(server);
    const moved = await startServer(own.environment);
    expect(secretsOf(moved)).toEqual(secretsOf(server));
    expect((await requestToken(moved, {})).status).toBe(200);
    const addresses = (text: string): string => text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '');
    for (const path of [...filled.paths, operation]) {
      const [before, after] = [
        await send(server, 'GET', path, { as }),
        await send(moved, 'GET', path, { as }),
      ];
      expect(after.status, path).toBe(200);
      expect(addresses(after.text)).toBe(addresses(before.text));
    }
    expect((await send(moved, 'GET', operation, { as })).body.status).toBe('inprogress');
    const gone = 'SELECT 1 AS "n" FROM "external_item" WHERE "connectionKey" = \'gone\'';
    while ((await query(moved, gone)).length > 0) await wait(10);
    expect(await query(moved, 'SELECT * FROM "external_connection_removal"')).toEqual([]);
    await moved.close();
    await own.remove();
  });

  it('takes the content and the secrets to a SQLite file and back', async () => {
    const sqlite = { DATA_DIR: file('sqlite') };
    await importFrom(sqlite, whole);
    await exportTo(sqlite, file('sqlite.jsonl'), { withSecrets: true });
    expect(read(file('sqlite.jsonl'))).toBe(read(whole));
    const back = await temporaryDatabase(false);
    await importFrom(back.environment, file('sqlite.jsonl'));
    await exportTo(back.environment, file('back.jsonl'), { withSecrets: true });
    expect(read(file('back.jsonl'))).toBe(read(whole));
    await back.remove();
  });

  it('reads the standard input, and says how many rows there were', async () => {
    const own = await temporaryDatabase();
    const rows = linesOf(whole).length - 3;
    const piped = new Program('sh', ['-c', `node dist/cli/import.js --file - < ${whole}`], own.environment);
    const { code, stdout, stderr } = await piped.outcome();
    expect({ code, stderr: stderr.includes('%') }).toEqual({ code: 0, stderr: true });
    expect(stdout).toMatch(new RegExp(`^${rows} rows imported and read back; [\\d.]+ s, at most \\d+ MiB`));
    await own.remove();
  });

  it(
    'stores nothing where it is killed half-way, and can be run again',
    async () => {
      const [from, to] = [await madeDatabase(), await madeDatabase()];
      await manyItems(from, 'large', 3_000, 10_000);
      await exportTo(from.environment, file('large.jsonl'));
      const bytes = readFileSync(file('large.jsonl'));

      const program = start(to.environment, '--file', '-');
      await program.feed(bytes.subarray(0, bytes.length / 2));
      expect(await items(to)).toBe(0);
      program.signal('SIGKILL');
      await program.outcome();
      await untilAlone(to);
      expect(await items(to)).toBe(0);

      expect(await importFrom(to.environment, file('large.jsonl'))).toBe(3_000);
      await exportTo(to.environment, file('again.jsonl'), { overwrite: true });
      expect(read(file('again.jsonl'))).toBe(read(file('large.jsonl')));
      await from.remove();
      await to.remove();
    },
    PATIENCE_MS,
  );

  it('shows nothing to others before all of it is stored', async () => {
    const own = await madeDatabase();
    const seen = new Set<number>();
    const done = new AbortController();
    const look = (async () => {
      while (!done.signal.aborted) {
        seen.add(await items(own));
        await wait(5);
      }
    })();
    await importFrom(own.environment, whole);
    done.abort();
    await look;
    const all = await items(own);
    expect(all).toBeGreaterThan(0);
    expect([...seen].filter((count) => count !== 0 && count !== all)).toEqual([]);
    await own.remove();
  });

  it('changes nothing in a database with other content', async () => {
    const own = await madeDatabase();
    await manyItems(own, 'mine', 1, 10);
    const refused = importFrom(own.environment, whole);
    await expect(refused).rejects.toThrow(TransferError);
    await expect(refused).rejects.toThrow('not empty: external_item has rows (1). Nothing was changed.');
    await exportTo(own.environment, file('mine.jsonl'));
    expect(linesOf(file('mine.jsonl'))).toHaveLength(3);
    await own.remove();
  });

  it('is refused in a database that has the same content already', async () => {
    const own = await madeDatabase();
    await importFrom(own.environment, whole);
    await expect(importFrom(own.environment, whole)).rejects.toThrow('The database is not empty: tenant has');
    await own.remove();
  });

  it('leaves the secrets alone that a server has made here', async () => {
    const other = await startServer();
    const before = secretsOf(other);
    await expect(importFrom(other.environment, whole)).rejects.toThrow(/has others already/);
    expect(await items(other)).toBe(0);
    await exportTo(server.environment, file('bare.jsonl'));
    await importFrom(other.environment, file('bare.jsonl'));
    await exportTo(other.environment, file('others.jsonl'), { withSecrets: true });
    expect(JSON.parse(linesOf(file('others.jsonl'))[1]!)).toEqual({ secrets: before });
    await other.close();
  });

  const tables = (line: string): string => (JSON.parse(line) as { table: string }).table;
  const first = (lines: readonly string[], table: string): number =>
    lines.findIndex((line) => line.startsWith(`{"table":"${table}"`));
  type Damage = (lines: string[]) => string;
  /** Changes one line of a table, and signs the file again. */
  const resigned =
    (table: string, change: (line: string) => string): Damage =>
    (lines) => {
      const index = first(lines, table);
      return signed(lines.slice(0, -1).with(index, change(lines[index]!)), lines.at(-1)!);
    };
  const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

  it.each<[string, Damage, string | RegExp]>([
    ['nothing in it', () => '', 'is not complete: its last line'],
    ['something else in it', () => 'id;name\n1;a\n', 'npm run export did not write it'],
    ['no end of a line in it', () => 'x', 'npm run export did not write it'],
    [
      'the format of an older version',
      (lines) => joined(lines).replace('"version":2', '"version":1'),
      'it has the format version 1, and this program reads only 2. Export it again',
    ],
    [
      'another migration',
      (lines) => joined(lines).replace(/"migration":"\w+"/, '"migration":"Later1"'),
      'Later1',
    ],
    ['no last line', (lines) => joined(lines.slice(0, -1)), 'its last line, with the digest, is missing'],
    ['half a last line', (lines) => joined(lines).slice(0, -9), 'its last line, with the digest, is missing'],
    ['half a file', (lines) => joined(lines).slice(0, 3_000), 'is not complete'],
    ['more behind its last line', (lines) => joined([...lines, '{}']), 'nothing may follow'],
    ['one letter changed', (lines) => joined(lines).replace('Contoso', 'Contosa'), 'its digest is not that'],
    [
      'a line that is no JSON',
      (lines) => joined(lines.with(4, '{"table":"tena')),
      /, line 5: it is not a JSON object in UTF-8\.$/,
    ],
    [
      'an unknown table',
      resigned('tenant', (line) => line.replace('tenant', 'tenants')),
      'it must have a table: tenant, external_connection',
    ],
    ['no row in a line', resigned('tenant', () => '{"table":"tenant"}'), 'it must have a row with tenantId'],
    [
      'a column too few',
      resigned('tenant', (line) => line.replace(/,"groupCount":\d+/, '')),
      'it must have a row with',
    ],
    [
      'a column too many',
      resigned('tenant', (line) => line.replace('}}', ',"a":1}}')),
      'it must have a row with',
    ],
    [
      'text for a number',
      resigned('tenant', (line) => line.replace(/(\d+)}}/, '"$1"}}')),
      'must be a whole number',
    ],
    [
      'half a number',
      resigned('tenant', (line) => line.replace(/(\d+)}}/, '0.5}}')),
      'must be a whole number',
    ],
    [
      'null for a value',
      resigned('external_item', (line) => line.replace(/"id":"\w+"/, '"id":null')),
      'id must be',
    ],
    [
      'U+0000 in a text',
      resigned('external_item', (line) => line.replace(/"id":"\w+"/, '"id":"1\\u0000"')),
      'id must be well-formed text without U+0000',
    ],
    [
      'half a surrogate pair in a text',
      resigned('external_group', (line) =>
        line.replace(/"description":(null|"[^"]*")/, '"description":"\\ud83d"'),
      ),
      'description must be well-formed text',
    ],
    [
      'a line that is written otherwise',
      resigned('external_item', (line) => line.replace('"row":', '"row": ')),
      'was not written by npm run export',
    ],
    [
      'JSON that is not text',
      resigned('external_item', (line) => line.replace(/"acl":".*?","properties"/, '"acl":[],"properties"')),
      'acl must be well-formed text',
    ],
    ['a row twice', resigned('external_item', (line) => `${line}\n${line}`), 'has one row twice'],
    [
      'tables out of order',
      (lines) => signed([...lines.slice(0, 2), ...lines.slice(3, -1), lines[2]!], lines.at(-1)!),
      'was not written by npm run export',
    ],
    [
      'other counts',
      (lines) => signed(lines.slice(0, -1), lines.at(-1)!.replace('"tenant":1', '"tenant":2')),
      'its counts are not those of the rows before: {"tenant":1,',
    ],
    [
      'no secrets, against its first line',
      (lines) => signed(lines.toSpliced(1, 1).slice(0, -1), lines.at(-1)!),
      'line 2: it must have the secrets',
    ],
  ])('refuses a file with %s, and stores nothing', async (name, damage, message) => {
    const broken = file(`${name}.jsonl`);
    const lines = linesOf(whole);
    expect(tables(lines[2]!)).toBe('tenant');
    writeFileSync(broken, damage(lines));
    const refused = importFrom(untouched.environment, broken);
    await expect(refused).rejects.toThrow(TransferError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(broken);
    await exportTo(untouched.environment, file('nothing.jsonl'), { overwrite: true });
    expect(linesOf(file('nothing.jsonl'))).toHaveLength(2);
    await expect(
      exportTo(untouched.environment, file('secrets.jsonl'), { withSecrets: true }),
    ).rejects.toThrow('has no secrets yet');
  });

  it('creates no database for a file of another program', async () => {
    writeFileSync(file('other.csv'), 'id;name\n');
    await expect(importFrom({ DATA_DIR: file('none') }, file('other.csv'))).rejects.toThrow(TransferError);
    expect(() => read(file('none/graph-connections.db'))).toThrow('ENOENT');
  });

  it('refuses a line that is no UTF-8', async () => {
    const bytes = readFileSync(whole);
    bytes[bytes.indexOf('Contoso')] = 0xff;
    writeFileSync(file('latin1.jsonl'), bytes);
    await expect(importFrom(untouched.environment, file('latin1.jsonl'))).rejects.toThrow(
      /line \d+: it is not a JSON object in UTF-8/,
    );
  });

  it('says which file cannot be read, and which database cannot be had', async () => {
    const nothing = untouched.environment;
    await expect(importFrom(nothing, file('none'))).rejects.toThrow(`${file('none')} cannot be read: ENOENT`);
    await expect(importFrom(nothing, folder.path)).rejects.toThrow(`${folder.path} cannot be read: EISDIR`);
    const away = { DATA_DIR: folder.path, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    await expect(importFrom(away, whole)).rejects.toThrow(/127\.0\.0\.1:1.*ECONNREFUSED/s);
  });

  describeException('a wrong command line of import', () => {
    it.each([
      [[], '--file is missing', true],
      [['--file', 'none.jsonl'], 'none.jsonl cannot be read: ENOENT', false],
    ])(
      'ends with 1 for %j',
      async (args, complaint, usage) => {
        const { code, stdout, stderr } = await start(server.environment, ...args).outcome();
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain(complaint);
        expect(stderr.includes('npm run -s import -- --file FILE')).toBe(usage);
        expect(stderr).not.toMatch(/^ +at /m);
      },
      PATIENCE_MS,
    );
  });
});

describeException('PostgreSQL during an export or an import', () => {
  it('lets nobody else write before the import ends', async () => {
    const folder = temporaryFolder();
    const [from, to] = [await madeDatabase(), await madeDatabase()];
    await manyItems(from, 'large', 10, 10);
    await exportTo(from.environment, join(folder.path, 'content.jsonl'));
    let writing: Promise<unknown> | undefined;
    const rows = await importFrom(to.environment, join(folder.path, 'content.jsonl'), (what) => {
      if (what === 'rows read back') writing = manyItems(to, 'mine', 1, 10);
      return { advance: () => undefined, stop: () => undefined };
    });
    expect(rows).toBe(10);
    await writing;
    expect(await items(to)).toBe(11);
    await from.remove();
    await to.remove();
    folder.remove();
  });

  it('may go away: that is told, and nothing is left behind', async () => {
    const folder = temporaryFolder();
    const [from, to] = [await madeDatabase(), await madeDatabase()];
    const file = join(folder.path, 'content.jsonl');
    await manyItems(from, 'large', 3_000, 5_000);
    /** Ends every connection after the header was read, and some rows. */
    const cutting = (own: TestDatabase, phase: string) => (what: string) => {
      let calls = 0;
      const cut = (): Promise<unknown> =>
        query(
          own,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
      return {
        advance: () => void (what === phase && ++calls === 2 && void cut()),
        stop: () => undefined,
      };
    };
    const lost = /^The database failed: .+\nRun the command again/;
    await expect(exportTo(from.environment, file, {}, cutting(from, 'rows'))).rejects.toThrow(lost);
    expect(readdirSync(folder.path)).toEqual([]);
    await exportTo(from.environment, file);
    await expect(importFrom(to.environment, file, cutting(to, 'bytes'))).rejects.toThrow(lost);
    expect(await items(to)).toBe(0);
    expect(await importFrom(to.environment, file)).toBe(3_000);
    await from.remove();
    await to.remove();
    folder.remove();
  });
});
