import type { EntityManager } from 'typeorm';
import type { Configuration } from '../../config/configuration.js';
import { inSnapshot } from '../../database/units/unit-of-work.js';
import { openExisting } from '../../database/open.js';
import { ENTITIES } from '../../entities.js';
import { isBegun } from './begun-file.js';
import { type Counts, footerLine, headerLine, secretsLine } from './content-format.js';
import { countRows, databaseLines } from './database-lines.js';
import { type FileLine, fileLines } from './file-lines.js';
import { findSecrets } from './issuer-secrets.js';
import { Output } from './output.js';
import { type Show, sumOf } from './show.js';
import { databaseFault, TransferError } from './transfer-error.js';

export interface ExportOptions {
  /** A path, or `-` for the standard output. */
  readonly file: string;
  /** Whatever is in the file goes. */
  readonly anew?: boolean;
  /** The secrets of the local issuer as well. */
  readonly withSecrets?: boolean;
}

export interface Exported {
  readonly rows: number;
  /** How many of them were in the file already. */
  readonly kept: number;
}

interface Line {
  readonly text: string;
  /** Of a row. */
  readonly table?: string;
}

/**
 * Writes the content of the database, as it is at one moment, to a file. A file that an earlier export could not finish
 * is gone through first: its lines stay as far as they are what the database holds now, so that it is of one moment as well.
 * @throws {TransferError} where the file cannot be written or holds something else, and where the database fails
 * @throws {ConfigurationError} where the database cannot be had
 */
export async function exportContent(
  configuration: Configuration,
  options: ExportOptions,
  show: Show,
): Promise<Exported> {
  const { file, anew = false, withSecrets = false } = options;
  const goesOn = file !== '-' && !anew && (await isBegun(file, withSecrets));
  const source = await openExisting(configuration.database, ENTITIES);
  try {
    return await inSnapshot(source, async (manager) => {
      const first = await firstLines(configuration, withSecrets, manager);
      const counts = await countRows(manager);
      const output = await Output.open(file, goesOn);
      const progress = show('rows', sumOf(counts));
      try {
        const exported = await write(output, allLines(first, manager), goesOn ? fileLines(file) : undefined, {
          counts,
          onRow: () => progress.advance(1),
        });
        return exported;
      } finally {
        progress.stop();
        await output.close();
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
  withSecrets: boolean,
  manager: EntityManager,
): Promise<string[]> {
  if (!withSecrets) return [headerLine(false)];
  const secrets = await findSecrets(configuration, manager);
  if (secrets === undefined)
    throw new TransferError(
      'There are no secrets of a local issuer (DATABASE_URL, DATA_DIR): leave --with-secrets out.',
    );
  return [headerLine(true), secretsLine(secrets)];
}

async function* allLines(first: readonly string[], manager: EntityManager): AsyncGenerator<Line> {
  for (const text of first) yield { text };
  yield* databaseLines(manager);
}

/** @param begun the lines that are in the file already */
async function write(
  output: Output,
  lines: AsyncGenerator<Line>,
  begun: AsyncGenerator<FileLine> | undefined,
  { counts, onRow }: { readonly counts: Counts; readonly onRow: () => void },
): Promise<Exported> {
  const written = Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));
  let [there, kept] = [begun, 0];
  const noMoreThere = async (): Promise<void> => {
    await there!.return(undefined);
    there = undefined;
    await output.cut();
  };
  for await (const { text, table } of lines) {
    const next = await there?.next();
    const same = next?.value as FileLine | undefined;
    if (same?.isWhole && same.bytes.equals(Buffer.from(text))) {
      output.keep(same.bytes);
      if (table !== undefined) kept++;
    } else {
      if (there !== undefined) await noMoreThere();
      await output.write(text);
    }
    if (table === undefined) continue;
    written[table]!++;
    onRow();
  }
  if (there !== undefined) await noMoreThere();
  const wrong = Object.keys(counts).find((name) => written[name] !== counts[name]);
  if (wrong !== undefined)
    throw new TransferError(
      `The database has ${counts[wrong]} rows of ${wrong}, and gave ${written[wrong]}.`,
    );
  await output.end((sha256) => footerLine(counts, sha256));
  return { rows: sumOf(counts), kept };
}
