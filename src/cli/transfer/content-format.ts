import { NEWEST_MIGRATION } from '../../database/migrations.js';
import type { LocalSecrets } from '../../identity/local/local-store.js';

const FORMAT = 'graph-connections content';
const VERSION = 1;

/** How many rows of each table, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** The first line of a content file. It says nothing of when it was written: the same content is the same file. */
export interface Header {
  readonly format: string;
  readonly version: number;
  /** Of the database; the columns are those of this one. */
  readonly migration: string;
  /** Whether the second line is the secrets of the local issuer. */
  readonly secrets: boolean;
}

/** The last line. */
export interface Footer {
  readonly rows: Counts;
  /** Of all lines before, in hexadecimal digits. */
  readonly sha256: string;
}

export const FOOTER_BEGIN = '{"rows":';

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

export const headerLine = (secrets: boolean): string =>
  lineOf({ format: FORMAT, version: VERSION, migration: NEWEST_MIGRATION, secrets } satisfies Header);

export const secretsLine = (secrets: LocalSecrets): string => lineOf({ secrets });

export const footerLine = (rows: Counts, sha256: string): string => lineOf({ rows, sha256 } satisfies Footer);

/** Why this program cannot use a file that begins so; undefined where it can. */
export function faultOfHeader(value: unknown): string | undefined {
  const header = value as Partial<Header> | null | undefined;
  if (header?.format !== FORMAT) return 'it is no file that npm run export wrote';
  if (header.version !== VERSION)
    return `it has the format version ${header.version}, and this program writes and reads ${VERSION}`;
  if (header.migration !== NEWEST_MIGRATION)
    return `its content is of the migration ${header.migration}, and this program is at ${NEWEST_MIGRATION}; export it anew with this version`;
  return typeof header.secrets === 'boolean'
    ? undefined
    : 'its first line does not say whether it has secrets';
}
