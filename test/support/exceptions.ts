import { describe } from 'vitest';
import { onPostgres } from './database.js';
import { type Exception, EXCEPTIONS } from './exception-list.js';

type Title = keyof typeof EXCEPTIONS;

const isElsewhere = (title: Title): boolean =>
  ((EXCEPTIONS as Record<string, Exception>)[title]!.only === 'PostgreSQL') !== onPostgres;

/** Tests of a subject that one database alone has. */
export const describeException = (title: Title, tests: () => void): void => {
  describe.skipIf(isElsewhere(title))(title, tests);
};

/**
 * How often a server is killed; `KILLS=20` in the environment for a longer trial. On PostgreSQL it is not the server that
 * keeps what was acknowledged, so that a few times show the same.
 */
export const KILLS = Number(process.env.KILLS) || (onPostgres ? 3 : 8);
