import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { parseExactly } from '../../graph/http/exact-json.js';
import type { LocalSecrets } from '../../identity/local/local-store.js';
import { type Counts, faultOfHeader, type Footer, FOOTER_BEGIN, type Header } from './content-format.js';
import { CONTENT_TABLES, type ContentTable } from './content-table.js';
import { fileLines, type FileLine } from './file-lines.js';
import { RowOrder } from './row-order.js';
import { TransferError } from './transfer-error.js';

/** A file, and what it is called in messages. */
export interface ContentFile {
  readonly path: string;
  readonly name: string;
}

export interface ContentRow {
  readonly table: ContentTable;
  /** In the order of the columns, as the database takes them. */
  readonly values: readonly unknown[];
  readonly bytes: Buffer;
}

/** What a file says beside its rows. */
export interface Summary {
  readonly secrets?: LocalSecrets;
  readonly rows: Counts;
  readonly sha256: string;
}

/**
 * The rows of a content file, each of them checked, and at the end that they are as many as its last line says, with its
 * digest; that is the value that the generator returns.
 * @throws {TransferError} with the number of the line, for anything that `npm run export` would not have written
 */
export async function* contentRows({ path, name }: ContentFile): AsyncGenerator<ContentRow, Summary> {
  const hash = createHash('sha256');
  const order = new RowOrder();
  let header: Header | undefined;
  let summary: Summary | undefined;
  let secrets: LocalSecrets | undefined;
  let number = 0;
  const wrong = (why: string): TransferError => new TransferError(`${name}, line ${number}: ${why}.`);
  for await (const line of fileLines(path, name)) {
    number = line.number;
    if (summary !== undefined) throw wrong('nothing may follow the line with the digest');
    if (!line.isWhole && header !== undefined) throw unfinished(name, number);
    const value = parsed(line, header === undefined, wrong);
    if (header === undefined) {
      const fault = faultOfHeader(value);
      if (fault !== undefined) throw new TransferError(`${name} cannot be used: ${fault}.`);
      header = value as unknown as Header;
    } else if (header.secrets && secrets === undefined) {
      secrets = secretsOf(value);
      if (secrets === undefined) throw wrong('it must be the secrets that the first line promises');
    } else if (line.bytes.toString('latin1', 0, FOOTER_BEGIN.length) === FOOTER_BEGIN) {
      const footer = value as unknown as Footer;
      if (footer.sha256 !== hash.digest('hex'))
        throw wrong('the digest is not that of the lines before: the file was changed, or damaged');
      const fault = order.faultOf(footer.rows);
      if (fault !== undefined) throw wrong(fault);
      summary = { ...footer, secrets };
    } else {
      yield { ...rowOf(value, order, wrong), bytes: line.bytes };
    }
    if (summary === undefined) hash.update(line.bytes);
  }
  if (summary === undefined) throw unfinished(name, number);
  return summary;
}

const unfinished = (name: string, number: number): TransferError =>
  new TransferError(
    `${name} is not whole: it ends with line ${number}, and its last line, with the digest, is missing. Run the export again, and it goes on where it was.`,
  );

type Wrong = (why: string) => TransferError;

function parsed({ bytes }: FileLine, isFirst: boolean, wrong: Wrong): Record<string, unknown> {
  let value: unknown;
  try {
    if (isUtf8(bytes)) value = parseExactly(bytes.toString());
  } catch {
    // Told below.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  // A first line of any kind is judged as such.
  if (isFirst) return {};
  throw wrong('it is no JSON object in UTF-8');
}

function secretsOf({ secrets }: Record<string, unknown>): LocalSecrets | undefined {
  const { key, clientSecret } = (secrets ?? {}) as Partial<LocalSecrets>;
  return typeof key?.kid === 'string' && typeof clientSecret === 'string'
    ? (secrets as LocalSecrets)
    : undefined;
}

function rowOf(
  { table: tableName, row, ...more }: Record<string, unknown>,
  order: RowOrder,
  wrong: Wrong,
): Omit<ContentRow, 'bytes'> {
  const table = CONTENT_TABLES.find(({ name }) => name === tableName);
  if (table === undefined || typeof row !== 'object' || row === null || Object.keys(more).length > 0)
    throw wrong(`it must have a table (${CONTENT_TABLES.map(({ name }) => name).join(', ')}) and a row`);
  try {
    const values = table.valuesOf(row as Record<string, unknown>);
    order.add(table, values);
    return { table, values };
  } catch (error) {
    if (error instanceof RangeError) throw wrong(error.message);
    throw error;
  }
}
