import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { EntityManager } from 'typeorm';
import type { Configuration } from '../../config/configuration.js';
import { openExisting } from '../../database/open.js';
import { inSnapshot } from '../../database/units/unit-of-work.js';
import { ENTITIES } from '../../entities.js';
import { findSecrets } from '../../identity/local/stored-secrets.js';
import type { Show } from '../progress.js';
import { contentTables, countRows, type Counts, HEADER, lineOf, rowLines, sumOf } from './content.js';
import { databaseFault, fileFault, TransferError } from './transfer-error.js';

export interface ExportOptions {
  /** A path, or `-` for the standard output. */
  readonly file: string;
  /** Replaces a file that exists. */
  readonly overwrite?: boolean;
  /** Exports the secrets of the local issuer, too. */
  readonly withSecrets?: boolean;
}

/**
 * Writes a snapshot of the content to a file, which appears under its name only when it is complete.
 * @returns how many rows it has
 * @throws {TransferError} if the file exists or cannot be written, or the database fails
 * @throws {ConfigurationError} if the database cannot be reached or used
 */
export async function exportContent(
  configuration: Configuration,
  { file, overwrite = false, withSecrets = false }: ExportOptions,
  show: Show,
): Promise<number> {
  const found = file === '-' ? undefined : await stat(file).catch(() => undefined);
  if (!overwrite && found?.isFile() && found.size > 0)
    throw new TransferError(`${file} exists already. Use --overwrite to replace it.`);
  // A device or a pipe is written directly.
  const isMoved = file !== '-' && (found?.isFile() ?? true);
  const source = await openExisting(configuration.database, ENTITIES);
  try {
    return await inSnapshot(source, async (manager) => {
      const first = await firstLines(configuration, manager, withSecrets);
      const counts = await countRows(manager, contentTables(source));
      const progress = show('rows', sumOf(counts));
      try {
        await write(file, isMoved, allLines(manager, first, progress.advance.bind(progress)));
        return sumOf(counts);
      } finally {
        progress.stop();
      }
    });
  } catch (error) {
    throw databaseFault(configuration.database, error);
  } finally {
    await source.destroy();
  }
}

async function firstLines(
  configuration: Configuration,
  manager: EntityManager,
  withSecrets: boolean,
): Promise<string> {
  const header = lineOf({ ...HEADER, secrets: withSecrets });
  if (!withSecrets) return header;
  const secrets = await findSecrets(configuration, manager);
  if (secrets !== undefined) return header + lineOf({ secrets });
  throw new TransferError(
    'The local issuer has no secrets yet (DATABASE_URL, DATA_DIR). Omit --with-secrets.',
  );
}

const CHUNK_BYTES = 1 << 20;

/** The whole export, in chunks. */
async function* allLines(
  manager: EntityManager,
  first: string,
  onRows: (count: number) => void,
): AsyncGenerator<string> {
  const tables = contentTables(manager.dataSource);
  const rows: Counts = Object.fromEntries(tables.map(({ name }) => [name, 0]));
  const hash = createHash('sha256');
  let chunk = first;
  for await (const { table, line } of rowLines(manager, tables)) {
    if (chunk.length >= CHUNK_BYTES) {
      hash.update(chunk);
      yield chunk;
      chunk = '';
    }
    chunk += line;
    rows[table]!++;
    onRows(1);
  }
  yield chunk + lineOf({ rows, sha256: hash.update(chunk).digest('hex') });
}

/** Writes a file beside its place, for its owner only, and moves it there when all of it is on disk. */
async function write(file: string, isMoved: boolean, lines: AsyncGenerator<string>): Promise<void> {
  const path = isMoved ? `${file}.partial` : file;
  let fault: unknown;
  const read = async function* (): AsyncGenerator<string> {
    try {
      yield* lines;
    } catch (error) {
      throw (fault = error);
    }
  };
  try {
    if (isMoved) await rm(path, { force: true });
    const output =
      file === '-'
        ? process.stdout
        : createWriteStream(path, { flags: isMoved ? 'wx' : 'w', mode: 0o600, flush: isMoved });
    await pipeline(read, output, { end: file !== '-' });
    if (isMoved) await rename(path, file);
  } catch (error) {
    if (isMoved) await rm(path, { force: true });
    throw error === fault ? error : fileFault(file === '-' ? 'The standard output' : file, 'written', error);
  }
}
