import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { Configuration } from '../../config/configuration.js';
import { openDatabase, openExisting } from '../../database/open.js';
import { change, isUniqueViolation } from '../../database/statement.js';
import { inTransaction } from '../../database/units/unit-of-work.js';
import { ENTITIES } from '../../entities.js';
import { findSecrets, keepSecrets } from '../../identity/local/stored-secrets.js';
import { requestBuild } from '../../search/index/search-outbox.js';
import type { Show } from '../progress.js';
import { ContentReader } from './content-reader.js';
import { type ContentTable, contentTables, countRows, listed, rowLines, sumOf } from './content.js';
import { databaseFault, TransferError } from './transfer-error.js';

/**
 * Fills an empty database with a file. All of it is one transaction, which reads everything back before it commits: the
 * database has either the whole content or none, whatever ends the import.
 * @param file a path, or `-` for the standard input
 * @returns how many rows were imported
 * @throws {TransferError} if the file is not complete and correct, or the database is not empty or fails
 * @throws {ConfigurationError} if the database cannot be reached or used
 */
export async function importContent(configuration: Configuration, file: string, show: Show): Promise<number> {
  const { database } = configuration;
  const isPiped = file === '-';
  const size = isPiped ? 0 : (await stat(file).catch(() => undefined))?.size;
  const progress = show('bytes', size ?? 0);
  const input = isPiped ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
  const reader = new ContentReader(
    isPiped ? 'The standard input' : file,
    input,
    progress.advance.bind(progress),
  );
  try {
    await reader.open();
    // Migrates the database. The import itself sets no limit on the time of a statement.
    await (await openDatabase(database, ENTITIES)).destroy();
    const source = await openExisting(database, ENTITIES);
    try {
      return await inTransaction(source, async (manager) => {
        const tables = contentTables(source);
        await lock(manager, tables);
        await expectEmpty(manager, tables);
        await expectNoOtherSecrets(configuration, manager, reader);
        await insertRows(manager, tables, reader);
        await requestBuild(manager);
        progress.stop();
        await expectSame(manager, tables, reader, show);
        if (reader.secrets !== undefined) await keepSecrets(configuration, manager, reader.secrets);
        await expectNoOtherSecrets(configuration, manager, reader);
        return sumOf(reader.counts);
      });
    } finally {
      await source.destroy();
    }
  } catch (error) {
    throw databaseFault(database, error);
  } finally {
    progress.stop();
    await reader.close();
  }
}

/** Keeps everyone else from writing until the import ends. On SQLite, every transaction that writes does so. */
async function lock(manager: EntityManager, tables: readonly ContentTable[]): Promise<void> {
  if (manager.dataSource.options.type === 'postgres')
    await change(manager, `LOCK TABLE ${listed(tables)} IN EXCLUSIVE MODE`);
}

async function expectEmpty(manager: EntityManager, tables: readonly ContentTable[]): Promise<void> {
  const counts = await countRows(manager, tables);
  const name = Object.keys(counts).find((table) => counts[table]! > 0);
  if (name === undefined) return;
  throw new TransferError(
    `The database is not empty: ${name} has rows (${counts[name]}). Nothing was changed. Import into an empty database (DATABASE_URL, DATA_DIR).`,
  );
}

async function expectNoOtherSecrets(
  configuration: Configuration,
  manager: EntityManager,
  { secrets }: ContentReader,
): Promise<void> {
  if (secrets === undefined) return;
  const found = await findSecrets(configuration, manager);
  if (found === undefined || isDeepStrictEqual(found, secrets)) return;
  const remedy =
    configuration.database.type === 'postgres'
      ? 'DELETE FROM local_identity'
      : 'local-identity.json in DATA_DIR';
  throw new TransferError(
    `The file has the secrets of a local issuer, and this server has others already. Remove them (${remedy}), or export without --with-secrets.`,
  );
}

const MOST_ROWS = 1_000;
const MOST_BYTES = 1 << 21;

async function insertRows(
  manager: EntityManager,
  tables: readonly ContentTable[],
  reader: ContentReader,
): Promise<void> {
  let batch: (readonly unknown[])[] = [];
  let [table, bytes] = [tables[0]!, 0];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await insert(manager, table, batch);
    [batch, bytes] = [[], 0];
  };
  try {
    for await (const row of reader.rows(tables)) {
      if (row.table !== table || batch.length >= MOST_ROWS || bytes >= MOST_BYTES) await flush();
      table = row.table;
      batch.push(row.values);
      bytes += row.bytes;
    }
    await flush();
  } catch (error) {
    // Nobody else writes meanwhile.
    throw isUniqueViolation(error) ? new TransferError(`${reader.name} has one row twice.`) : error;
  }
}

/** In the fastest way of each database: SQLite runs one prepared statement a row, PostgreSQL takes one array a column. */
async function insert(
  manager: EntityManager,
  { name, columns }: ContentTable,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  const into = `INSERT INTO "${name}" (${listed(columns)})`;
  if (manager.dataSource.options.type === 'postgres') {
    const arrays = columns.map(({ isText }) => `?::${isText ? 'text' : 'integer'}[]`).join(', ');
    const values = columns.map((_, index) => rows.map((row) => row[index]));
    await change(manager, `${into} SELECT * FROM unnest(${arrays})`, values);
  } else {
    const sql = `${into} VALUES (${columns.map(() => '?').join(', ')})`;
    for (const values of rows) await change(manager, sql, values);
  }
}

/** Reads back what the database has now, and compares its digest with that of the file. */
async function expectSame(
  manager: EntityManager,
  tables: readonly ContentTable[],
  reader: ContentReader,
  show: Show,
): Promise<void> {
  const hash = createHash('sha256').update(reader.firstLines);
  const progress = show('rows read back', sumOf(reader.counts));
  for await (const { line } of rowLines(manager, tables)) {
    hash.update(line);
    progress.advance(1);
  }
  progress.stop();
  if (hash.digest('hex') === reader.sha256) return;
  throw new TransferError(
    `${reader.name} was not written by npm run export, or was changed since: its rows differ when they are read back. Nothing was changed.`,
  );
}
