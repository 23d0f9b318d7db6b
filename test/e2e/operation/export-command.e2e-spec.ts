import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getMetadataArgsStorage } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST_MIGRATION } from '../../../src/database/migrations.js';
import { contentTables, rowLines } from '../../../src/cli/transfer/content.js';
import { TransferError } from '../../../src/cli/transfer/transfer-error.js';
import { ConfigurationError } from '../../../src/config/configuration.js';
import { openExisting } from '../../../src/database/open.js';
import { inSnapshot } from '../../../src/database/units/unit-of-work.js';
import { ENTITIES } from '../../../src/entities.js';
import {
  exportTo,
  fill,
  type Filled,
  leaveRemoval,
  linesOf,
  madeDatabase,
  manyItems,
  rowsOf,
} from '../../support/content.js';
import { query, temporaryDatabase } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { putItem, validItem } from '../../support/items.js';
import { ensureBuilt, Program } from '../../support/program.js';
import { temporaryFolder, useServer } from '../../support/server.js';
import { secretsOf } from '../../support/tokens.js';

const PATIENCE_MS = 240_000;
const CHANGED = validItem({ properties: { string: 'changed' } });
const NO_CONTENT = ['local_identity', 'throttle_window', 'search_build'];

const start = (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Program =>
  new Program(process.execPath, ['dist/cli/export.js', ...args], environment);

const read = (path: string): string => readFileSync(path, 'utf8');

describe('npm run export', () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder.path, name);
  const whole = file('whole.jsonl');
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let filled: Filled;
  beforeAll(async () => {
    await ensureBuilt();
    filled = await fill(server);
    await leaveRemoval(server);
    await exportTo(server.environment, whole);
  });
  afterAll(folder.remove);

  it('writes a header, every row of every table, and counts with a digest, for its owner alone', async () => {
    const { code, stdout, stderr } = await start(
      server.environment,
      '--file',
      file('command.jsonl'),
    ).outcome();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^\d+ rows exported; [\d.]+ s, at most \d+ MiB of memory\.$/m);
    expect(statSync(file('command.jsonl')).mode & 0o777).toBe(0o600);

    const text = read(file('command.jsonl'));
    expect(text).toBe(read(whole));
    const lines = linesOf(whole);
    const newest = await query<{ name: string }>(
      server,
      'SELECT "name" FROM "migrations" ORDER BY "timestamp"',
    );
    expect(JSON.parse(lines[0]!)).toEqual({
      format: 'graph-connections content',
      version: 2,
      migration: newest.at(-1)!.name,
      secrets: false,
    });
    const footer = JSON.parse(lines.at(-1)!) as { rows: Record<string, number>; sha256: string };
    const before = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
    expect(footer.sha256).toBe(createHash('sha256').update(before).digest('hex'));
    for (const [table, count] of Object.entries(footer.rows)) {
      expect(await query(server, `SELECT count(*) AS "n" FROM "${table}"`)).toEqual([{ n: count }]);
      expect(rowsOf(whole).get(table) ?? []).toHaveLength(count);
      expect(count, `the test has no row of ${table}`).toBeGreaterThan(0);
    }
  });

  it('knows every table and every column, but for what is no content', () => {
    const { tables, columns } = getMetadataArgsStorage();
    const all = tables.filter(({ target }) => ENTITIES.includes(target as never));
    const exported = rowsOf(whole);
    expect(new Set([...exported.keys(), ...NO_CONTENT])).toEqual(new Set(all.map(({ name }) => name)));
    for (const { name, target } of all) {
      const own = columns
        .filter((column) => column.target === target)
        .map(({ propertyName }) => propertyName);
      for (const row of exported.get(name!) ?? []) expect(Object.keys(row)).toEqual(own);
    }
  });

  it('has JSON as the stored text, with all its digits', async () => {
    const { text } = await send(server, 'GET', filled.item);
    const numbers = [
      '-9223372036854775808',
      '[9223372036854775807,9007199254740993,0]',
      '1.7976931348623157e+308',
    ];
    const [line] = linesOf(whole).filter((each) => each.includes('"id":"exact"'));
    for (const number of numbers) {
      expect(text).toContain(number);
      expect(line).toContain(number);
    }
  });

  it('orders rows by the bytes of their keys', () => {
    const ids = rowsOf(whole)
      .get('external_item')!
      .filter(({ connectionKey }) => connectionKey !== 'gone');
    expect(ids.map(({ id }) => id)).toEqual(['10', '9', 'B', 'Z_', 'a', 'b=', 'exact']);
  });

  it('writes the same to the standard output', async () => {
    const { code, stdout } = await start(server.environment, '--file', '-').outcome();
    expect(code).toBe(0);
    expect(stdout).toBe(read(whole));
  });

  it('has the secrets of the local issuer only where they are asked for', async () => {
    const { clientSecret, key } = secretsOf(server);
    for (const secret of [clientSecret, key.d!]) expect(read(whole)).not.toContain(secret);
    writeFileSync(file('open.jsonl'), '', { mode: 0o644 });
    await exportTo(server.environment, file('open.jsonl'), { withSecrets: true });
    expect(JSON.parse(linesOf(file('open.jsonl'))[1]!)).toEqual({ secrets: { key, clientSecret } });
    expect(statSync(file('open.jsonl')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['an export', () => read(whole)],
    ['half of an export', () => read(whole).slice(0, -20)],
    ['something else', () => 'name,value\n1,2\n'],
  ])('replaces a file with %s only with --overwrite', async (name, text) => {
    const there = file(`${name}.jsonl`);
    writeFileSync(there, text());
    const refused = exportTo(server.environment, there);
    await expect(refused).rejects.toThrow(TransferError);
    await expect(refused).rejects.toThrow(`${there} exists already. Use --overwrite to replace it.`);
    expect(read(there)).toBe(text());
    const { code } = await start(server.environment, '--file', there, '--overwrite').outcome();
    expect(code).toBe(0);
    expect(read(there)).toBe(read(whole));
  });

  it('reads what was there at one moment while the server writes', async () => {
    const source = await openExisting(server.configuration.database, ENTITIES);
    const connection = filled.items.split('/')[4]!;
    const seen: string[] = [];
    await inSnapshot(source, async (manager) => {
      for await (const { line } of rowLines(manager, contentTables(source))) {
        if (seen.length === 0) {
          expect((await putItem(server, connection, 'later', CHANGED)).status).toBe(200);
          expect((await send(server, 'DELETE', `${filled.items}/9`)).status).toBe(204);
        }
        seen.push(line.trimEnd());
      }
    });
    await source.destroy();
    expect(seen).toEqual(linesOf(whole).slice(1, -1));
    await exportTo(server.environment, whole, { overwrite: true });
    expect(read(whole)).toContain('"id":"later"');
  });

  it(
    'leaves no file where it is killed, and begins anew',
    async () => {
      const own = await madeDatabase();
      await manyItems(own, 'large', 3_000, 10_000);
      const [killed, other] = [file('killed.jsonl'), file('other.jsonl')];
      for (;;) {
        const program = start(own.environment, '--file', killed);
        await program.until(() => existsSync(`${killed}.partial`) || existsSync(killed));
        program.signal('SIGKILL');
        await program.outcome();
        if (!existsSync(killed)) break;
        // It was done before this machine came to kill it.
        rmSync(killed);
      }
      expect(existsSync(`${killed}.partial`)).toBe(true);
      expect(statSync(`${killed}.partial`).mode & 0o777).toBe(0o600);
      expect(await exportTo(own.environment, killed)).toBe(3_000);
      await exportTo(own.environment, other);
      expect(read(killed)).toBe(read(other));
      expect(existsSync(`${killed}.partial`)).toBe(false);
      await own.remove();
    },
    PATIENCE_MS,
  );

  it('says which file cannot be written, and why', async () => {
    mkdirSync(file('folder'));
    await expect(exportTo(server.environment, join(folder.path, 'none', 'a'))).rejects.toThrow(
      `${join(folder.path, 'none', 'a')} cannot be written: ENOENT`,
    );
    await expect(exportTo(server.environment, file('folder'))).rejects.toThrow('cannot be written: EISDIR');
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    await expect(exportTo(server.environment, '/dev/full')).rejects.toThrow(
      '/dev/full cannot be written: ENOSPC',
    );
  });

  it('makes no database, and brings none to another migration', async () => {
    const own = await temporaryDatabase(false);
    await expect(exportTo(own.environment, file('none.jsonl'))).rejects.toThrow(ConfigurationError);
    const unreachable = { DATA_DIR: folder.path, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    await expect(exportTo(unreachable, file('none.jsonl'))).rejects.toThrow(/127\.0\.0\.1:1.*ECONNREFUSED/s);
    await own.remove();

    const behind = await madeDatabase();
    await query(behind, 'DELETE FROM "migrations" WHERE "name" = ?', [NEWEST_MIGRATION]);
    await expect(exportTo(behind.environment, file('none.jsonl'))).rejects.toThrow(
      /Start a server of this version/,
    );
    await behind.remove();
    for (const left of ['none.jsonl', 'none.jsonl.partial']) expect(existsSync(file(left))).toBe(false);
  });

  describeException('a wrong command line of export', () => {
    it.each([
      [[], '--file is missing'],
      [['--file', 'a', '--new'], "Unknown option '--new'"],
    ])(
      'ends with 1 and its usage for %j',
      async (args, complaint) => {
        const { code, stdout, stderr } = await start(server.environment, ...args).outcome();
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toContain(complaint);
        expect(stderr).toContain('npm run -s export -- --file FILE [options]');
        expect(stderr).not.toMatch(/^ +at /m);
      },
      PATIENCE_MS,
    );
  });
});
