import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { LocalSecrets } from '../../identity/local/local-store.js';
import {
  type ContentTable,
  type Counts,
  faultOfHeader,
  type Footer,
  type Header,
  lineOf,
} from './content.js';
import { fileFault, TransferError } from './transfer-error.js';

export interface ContentRow {
  readonly table: ContentTable;
  /** In the order of the columns. */
  readonly values: readonly unknown[];
  readonly bytes: number;
}

type Json = Record<string, unknown>;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NEWLINE = 0x0a;

/** No row is longer: a body has at most four megabytes, and its JSON is text in a line. */
const LONGEST_LINE_BYTES = 1 << 26;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads an export once, from its beginning to its end, and checks all of it. */
export class ContentReader {
  /** The lines before the rows. */
  firstLines = '';
  secrets?: LocalSecrets;
  /** How many rows of each table were read. */
  readonly counts: Counts = {};
  /** The digest of the last line, which is right; undefined until that line was read. */
  sha256?: string;
  private number = 0;
  private readonly lines: AsyncGenerator<Buffer, void>;

  /** @param onBytes called with the length of each line */
  constructor(
    readonly name: string,
    input: Readable,
    private readonly onBytes: (count: number) => void,
  ) {
    this.lines = linesOf(name, input);
  }

  /** Reads the lines before the rows. @throws {TransferError} if this program cannot import the file */
  async open(): Promise<void> {
    const header = parsed(await this.next());
    const fault = faultOfHeader(header);
    if (fault !== undefined) throw new TransferError(`${this.name} cannot be imported: ${fault}.`);
    this.firstLines = lineOf(header!);
    if (!(header as unknown as Header).secrets) return;
    const { key, clientSecret } = (parsed(await this.next())?.secrets ?? {}) as Partial<LocalSecrets>;
    if (typeof key?.kid !== 'string' || typeof clientSecret !== 'string')
      throw this.wrong('it must have the secrets that the header promises');
    this.secrets = { key, clientSecret };
    this.firstLines += lineOf({ secrets: this.secrets });
  }

  /**
   * The rows. When all are read, the counts and the digest of the last line are right.
   * @throws {TransferError} with the number of the line
   */
  async *rows(tables: readonly ContentTable[]): AsyncGenerator<ContentRow> {
    for (const { name } of tables) this.counts[name] = 0;
    const hash = createHash('sha256').update(this.firstLines);
    for (;;) {
      const line = await this.next();
      const value = parsed(line);
      if (value === undefined) throw this.wrong('it is not a JSON object in UTF-8');
      if ('sha256' in value) return this.end(value as unknown as Footer, hash.digest('hex'));
      const table = tables.find(({ name }) => name === value.table);
      if (table === undefined)
        throw this.wrong(`it must have a table: ${tables.map(({ name }) => name).join(', ')}`);
      const values = this.valuesOf(table, value.row);
      this.counts[table.name]!++;
      hash.update(line);
      yield { table, values, bytes: line.length };
    }
  }

  async close(): Promise<void> {
    await this.lines.return();
  }

  private async next(): Promise<Buffer> {
    const { value: line } = await this.lines.next();
    // A first line without an end may be that of another file.
    if (!line || (line.at(-1) !== NEWLINE && this.number > 0))
      throw new TransferError(
        `${this.name} is not complete: its last line, with the digest, is missing. Run the export again.`,
      );
    this.number++;
    this.onBytes(line.length);
    return line;
  }

  private valuesOf({ columns }: ContentTable, row: unknown): unknown[] {
    const names = columns.map(({ name }) => name);
    if (!isObject(row) || !isDeepStrictEqual(Object.keys(row), names))
      throw this.wrong(`it must have a row with ${names.join(', ')}, in this order, and nothing else`);
    for (const { name, isNullable, isText } of columns) {
      const value = row[name];
      if (value === null ? !isNullable : isText ? !isStorable(value) : !Number.isSafeInteger(value))
        throw this.wrong(`${name} must be ${isText ? 'well-formed text without U+0000' : 'a whole number'}`);
    }
    return Object.values(row);
  }

  private async end({ rows, sha256 }: Footer, actual: string): Promise<void> {
    if (sha256 !== actual)
      throw this.wrong('its digest is not that of the lines before: the file was changed, or is damaged');
    if (!isDeepStrictEqual(rows, this.counts))
      throw this.wrong(`its counts are not those of the rows before: ${JSON.stringify(this.counts)}`);
    if (!(await this.lines.next()).done) throw this.wrong('nothing may follow it');
    this.sha256 = actual;
  }

  private wrong(why: string): TransferError {
    return new TransferError(`${this.name}, line ${this.number}: ${why}.`);
  }
}

/** What both databases can store, and requests can write. */
const isStorable = (value: unknown): boolean =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0');

/** Undefined if it is not a JSON object in UTF-8. */
function parsed(line: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(UTF8.decode(line));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a file, each with its end. `node:readline` knows other ends of a line, which may stand in a text. */
async function* linesOf(name: string, input: Readable): AsyncGenerator<Buffer, void> {
  let parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        yield Buffer.concat([...parts, chunk.subarray(from, end + 1)]);
        [parts, length, from] = [[], 0, end + 1];
      }
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > LONGEST_LINE_BYTES) throw new Error('a line is longer than any row can be');
    }
  } catch (error) {
    throw fileFault(name, 'read', error);
  }
  if (length > 0) yield Buffer.concat(parts);
}
