import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getMetadataArgsStorage } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST_MIGRATION } from '../../../src/database/migrations.js';
import { databaseLines } from '../../../src/cli/transfer/database-lines.js';
import { TransferError } from '../../../src/cli/transfer/transfer-error.js';
import { ConfigurationError } from '../../../src/config/configuration.js';
import { atOneMoment } from '../../../src/database/one-moment.js';
import { openExisting } from '../../../src/database/open-existing.js';
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
const NO_CONTENT = ['local_identity', 'throttle_window'];

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

  const expectRefused = async (name: string, text: string | RegExp): Promise<void> => {
    const before = read(file(name));
    const refused = exportTo(server.environment, file(name));
    await expect(refused).rejects.toThrow(TransferError);
    await expect(refused).rejects.toThrow(text);
    expect(read(file(name))).toBe(before);
  };

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
      version: 1,
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

  it('embeds JSON with all its digits', async () => {
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
    await expectRefused('open.jsonl', 'another choice of --with-secrets');
  });

  it('never writes over a whole file unless it is told to', async () => {
    writeFileSync(file('again.jsonl'), read(whole));
    await expectRefused('again.jsonl', `${file('again.jsonl')} is a whole export already: --anew`);
    expect(await exportTo(server.environment, file('again.jsonl'), { anew: true })).toMatchObject({
      kept: 0,
    });
    expect(read(file('again.jsonl'))).toBe(read(whole));
  });

  it.each([
    ['something else', 'name,value\n1,2\n', 'it is no file that npm run export wrote'],
    ['a long line', 'x'.repeat(100_000), 'it is no file that npm run export wrote'],
    ['another version', '{"format":"graph-connections content","version":2}\n', 'the format version 2'],
    [
      'another migration',
      '{"format":"graph-connections content","version":1,"migration":"Later1","secrets":false}\n',
      'of the migration Later1',
    ],
  ])('leaves a file alone that holds %s', async (name, text, message) => {
    writeFileSync(file(name), text);
    await expectRefused(name, message);
  });

  it.each([
    ['nothing', () => ''],
    ['half of its first line', (text: string) => text.slice(0, 30)],
    ['its first line', (text: string) => `${text.split('\n')[0]}\n`],
    ['half of a later line', (text: string) => text.slice(0, text.length / 2)],
    ['all but its last line', (text: string) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)],
    ['half of its last line', (text: string) => text.slice(0, -20)],
  ])('goes on in a file that has %s', async (name, part) => {
    const begun = file(`${name}.jsonl`);
    writeFileSync(begun, part(read(whole)));
    const kept = linesOf(begun).filter((line) => line.startsWith('{"table"')).length;
    expect(await exportTo(server.environment, begun)).toMatchObject({ kept });
    expect(read(begun)).toBe(read(whole));
  });

  it('goes on from the first row that has changed meanwhile, so that the file is of one moment', async () => {
    const begun = file('changed.jsonl');
    writeFileSync(begun, linesOf(whole).slice(0, -2).join('\n'));
    const connection = filled.items.split('/')[4]!;
    expect((await putItem(server, connection, 'a', CHANGED)).status).toBe(200);
    const { rows, kept } = await exportTo(server.environment, begun);
    const fresh = file('fresh.jsonl');
    await exportTo(server.environment, fresh);
    expect(read(begun)).toBe(read(fresh));
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(rows - 2);
    await exportTo(server.environment, whole, { anew: true });
  });

  it('reads what was there at one moment while the server writes', async () => {
    const source = await openExisting(server.configuration.database, ENTITIES);
    const connection = filled.items.split('/')[4]!;
    const seen: string[] = [];
    await atOneMoment(source, async (manager) => {
      for await (const { text } of databaseLines(manager)) {
        if (seen.length === 0) {
          expect((await putItem(server, connection, 'later', CHANGED)).status).toBe(200);
          expect((await send(server, 'DELETE', `${filled.items}/9`)).status).toBe(204);
        }
        seen.push(text.trimEnd());
      }
    });
    await source.destroy();
    expect(seen).toEqual(linesOf(whole).slice(1, -1));
    await exportTo(server.environment, whole, { anew: true });
    expect(read(whole)).toContain('"id":"later"');
  });

  it(
    'goes on where it was killed',
    async () => {
      const own = await madeDatabase();
      await manyItems(own, 'large', 3_000, 10_000);
      const [killed, other] = [file('killed.jsonl'), file('other.jsonl')];
      let before = 3_000;
      // Once more where it was done before this machine came to kill it.
      while (before >= 3_000) {
        rmSync(killed, { force: true });
        const program = start(own.environment, '--file', killed);
        await program.until(() => existsSync(killed) && statSync(killed).size >= 1 << 20);
        program.signal('SIGKILL');
        await program.outcome();
        before = linesOf(killed).length - 1;
      }
      expect(await exportTo(own.environment, killed)).toEqual({ rows: 3_000, kept: before });
      await exportTo(own.environment, other);
      expect(read(killed)).toBe(read(other));
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
      /start a server of this version/,
    );
    await behind.remove();
    expect(existsSync(file('none.jsonl'))).toBe(false);
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
