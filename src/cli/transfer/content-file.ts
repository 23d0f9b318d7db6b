import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { LocalSecrets } from '../../identity/local/local-store.js';
import {
  type Counts,
  faultOfHeader,
  type Footer,
  FOOTER_BEGIN,
  footerLine,
  type Header,
  headerLine,
  secretsLine,
} from './content-format.js';
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
    const { text, value } = parsed(line);
    if (header === undefined) {
      header = headerOf(text, value, name);
    } else if (value === undefined) {
      throw wrong('it is no JSON object in UTF-8');
    } else if (header.secrets && secrets === undefined) {
      secrets = secretsOf(value);
      if (secrets === undefined || text !== secretsLine(secrets))
        throw wrong('it must be the secrets that the first line promises');
    } else if (text.startsWith(FOOTER_BEGIN)) {
      summary = { ...footerOf(text, value, hash.digest('hex'), order, wrong), secrets };
    } else {
      yield { ...rowOf(text, value, order, wrong), bytes: line.bytes };
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

interface Parsed {
  readonly text: string;
  /** Undefined for what is no JSON object in UTF-8. */
  readonly value?: Record<string, unknown>;
}

function parsed({ bytes }: FileLine): Parsed {
  const text = bytes.toString();
  if (!isUtf8(bytes)) return { text };
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { text, value: value as Record<string, unknown> }
      : { text };
  } catch {
    return { text };
  }
}

function headerOf(text: string, value: unknown, name: string): Header {
  const header = value as Header;
  const fault =
    faultOfHeader(value) ?? (text === headerLine(header.secrets) ? undefined : faultOfHeader(undefined));
  if (fault !== undefined) throw new TransferError(`${name} cannot be used: ${fault}.`);
  return header;
}

function footerOf(
  text: string,
  value: Record<string, unknown>,
  sha256: string,
  order: RowOrder,
  wrong: Wrong,
): Footer {
  const footer = value as unknown as Footer;
  if (footer.sha256 !== sha256)
    throw wrong('the digest is not that of the lines before: the file was changed, or damaged');
  const fault = order.faultOf(footer.rows);
  if (fault !== undefined) throw wrong(fault);
  if (text !== footerLine(footer.rows, sha256)) throw wrong('it must have the counts and the digest alone');
  return footer;
}

function secretsOf({ secrets }: Record<string, unknown>): LocalSecrets | undefined {
  const { key, clientSecret } = (secrets ?? {}) as Partial<LocalSecrets>;
  return typeof key?.kid === 'string' && typeof clientSecret === 'string'
    ? (secrets as LocalSecrets)
    : undefined;
}

function rowOf(
  text: string,
  { table: tableName, row }: Record<string, unknown>,
  order: RowOrder,
  wrong: Wrong,
): Omit<ContentRow, 'bytes'> {
  const table = CONTENT_TABLES.find(({ name }) => name === tableName);
  if (table === undefined || typeof row !== 'object' || row === null)
    throw wrong(`it must have a table (${CONTENT_TABLES.map(({ name }) => name).join(', ')}) and a row`);
  try {
    const values = table.valuesOf(text, row as Record<string, unknown>);
    order.add(table, values);
    return { table, values };
  } catch (error) {
    if (error instanceof RangeError) throw wrong(error.message);
    throw error;
  }
}
