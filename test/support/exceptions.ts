import { describe } from 'vitest';
import { onPostgres } from './database.js';

interface Exception {
  readonly only: 'SQLite' | 'PostgreSQL';
  readonly because: string;
}

/** The tests that are not run on both databases, by their titles; all others are the same on both, and must pass on both. */
export const EXCEPTIONS = {
  'PRAGMAs of durability': {
    only: 'SQLite',
    because: 'The server sets them for its own file; PostgreSQL is as durable as its administrator has it.',
  },
  'the order of text in PostgreSQL': {
    only: 'PostgreSQL',
    because: 'SQLite orders by bytes and has nothing to set.',
  },
} as const satisfies Record<string, Exception>;

type Title = keyof typeof EXCEPTIONS;

const isElsewhere = (title: Title): boolean =>
  ((EXCEPTIONS as Record<string, Exception>)[title]!.only === 'PostgreSQL') !== onPostgres;

/** Tests of a subject that one database alone has. */
export const describeException = (title: Title, tests: () => void): void => {
  describe.skipIf(isElsewhere(title))(title, tests);
};
