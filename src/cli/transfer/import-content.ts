import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../../config/configuration.js';
import type { Database } from '../../database/database.js';
import { databaseOn, openDatabase } from '../../database/open-database.js';
import { ENTITIES } from '../../entities.js';
import { requestBuild } from '../../search/index/search-outbox.js';
import { type ContentFile, type ContentRow, contentRows, type Summary } from './content-file.js';
import { headerLine, secretsLine } from './content-format.js';
import { databaseLines } from './database-lines.js';
import { insertRows } from './insert-rows.js';
import { findSecrets, keepSecrets } from './issuer-secrets.js';
import { type Show, sumOf } from './show.js';
import { databaseFault, fileFault, TransferError } from './transfer-error.js';

/** Of one unit of work. */
const MOST_ROWS = 2_000;
const MOST_BYTES = 1 << 21;

export interface Imported {
  readonly rows: number;
  /** How many of them an earlier import had brought already. */
  readonly there: number;
}

/**
 * Fills a database with the content of a file, and reads all of it back at the end. The file is checked whole before
 * anything is written. The database is empty, or holds what an import of the same file had brought before it ended.
 * @throws {TransferError} where the file is not whole and right, the database holds anything else, or it fails
 * @throws {ConfigurationError} where the database cannot be had
 */
export async function importContent(
  configuration: Configuration,
  file: ContentFile,
  show: Show,
): Promise<Imported> {
  const summary = await checked(file, show);
  const source = await openDatabase(configuration.database, ENTITIES);
  const database = await databaseOn(source, configuration.database, ENTITIES);
  try {
    await refuseOtherSecrets(configuration, database, summary);
    await database.write(requestBuild);
    const imported = await fill(database, file, summary, show);
    await bringSecrets(configuration, database, summary);
    await readBack(database, summary, show);
    return imported;
  } catch (error) {
    throw databaseFault(configuration.database, error);
  } finally {
    await database.close();
    if (source.isInitialized) await source.destroy();
  }
}

async function checked(file: ContentFile, show: Show): Promise<Summary> {
  const { size } = await stat(file.path).catch((error: unknown) => {
    throw fileFault(file.name, 'read', error);
  });
  const progress = show('bytes checked', size);
  try {
    for (const rows = contentRows(file); ;) {
      const { done, value } = await rows.next();
      if (done) return value;
      progress.advance(value.bytes.length);
    }
  } finally {
    progress.stop();
  }
}

async function refuseOtherSecrets(
  configuration: Configuration,
  database: Database,
  { secrets }: Summary,
): Promise<void> {
  if (secrets === undefined) return;
  const found = await findSecrets(configuration, database.read);
  if (found !== undefined && !isDeepStrictEqual(found, secrets)) throw otherSecrets(configuration);
}

async function bringSecrets(
  configuration: Configuration,
  database: Database,
  { secrets }: Summary,
): Promise<void> {
  if (secrets === undefined) return;
  const kept = await keepSecrets(configuration, database, secrets);
  if (!isDeepStrictEqual(kept, secrets)) throw otherSecrets(configuration);
}

const otherSecrets = ({ database: { type } }: Configuration): TransferError =>
  new TransferError(
    'The file has the secrets of a local issuer, and a server has made others here already. ' +
      (type === 'postgres'
        ? 'Remove them (DELETE FROM local_identity), or export without --with-secrets.'
        : 'Remove them (local-identity.json in DATA_DIR), or export without --with-secrets.'),
  );

async function fill(database: Database, file: ContentFile, summary: Summary, show: Show): Promise<Imported> {
  const rows = contentRows(file);
  const total = sumOf(summary.rows);
  const progress = show('rows', total);
  let there = 0;
  let written = 0;
  try {
    for await (const line of databaseLines(database.read)) {
      const { done, value } = await rows.next();
      if (done || !value.bytes.equals(Buffer.from(line.text))) throw otherContent(line.table, there);
      there++;
      progress.advance(1);
    }
    for await (const batch of batchesOf(rows)) {
      await database.write((manager) => insertRows(manager, batch));
      written += batch.length;
      progress.advance(batch.length);
    }
  } finally {
    progress.stop();
    await rows.return(summary);
  }
  if (there + written !== total) throw new TransferError(`${file.name} was changed meanwhile.`);
  return { rows: total, there };
}

const otherContent = (table: string, there: number): TransferError =>
  new TransferError(
    `The database is not empty, and what it holds is not the beginning of this file: the first row that is another is of ${table}` +
      `${there === 0 ? '' : `, behind ${there} that are the same`}. Nothing was written. Import into an empty database.`,
  );

/** Rows of one table each, in their order. */
async function* batchesOf(rows: AsyncIterable<ContentRow>): AsyncGenerator<readonly ContentRow[]> {
  let batch: ContentRow[] = [];
  let bytes = 0;
  for await (const row of rows) {
    const isFull = batch.length === MOST_ROWS || bytes + row.bytes.length > MOST_BYTES;
    if (batch.length > 0 && (isFull || batch[0]!.table !== row.table)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(row);
    bytes += row.bytes.length;
  }
  if (batch.length > 0) yield batch;
}

async function readBack(database: Database, { secrets, rows, sha256 }: Summary, show: Show): Promise<void> {
  const hash = createHash('sha256').update(headerLine(secrets !== undefined));
  if (secrets !== undefined) hash.update(secretsLine(secrets));
  const counts = Object.fromEntries(Object.keys(rows).map((name) => [name, 0]));
  const progress = show('rows read back', sumOf(rows));
  try {
    for await (const { table, text } of databaseLines(database.read)) {
      hash.update(text);
      counts[table]!++;
      progress.advance(1);
    }
  } finally {
    progress.stop();
  }
  const wrong = Object.keys(rows).find((name) => counts[name] !== rows[name]);
  if (wrong !== undefined)
    throw new TransferError(
      `The file has ${rows[wrong]} rows of ${wrong}, and the database has ${counts[wrong]} of them now: another program writes to it. Stop it, empty the database, and import again.`,
    );
  if (hash.digest('hex') !== sha256)
    throw new TransferError(
      'What is in the database now are not the lines of the file: another program writes to it, or the file is not as npm run export writes it. Empty the database, and import again.',
    );
}
