import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { ConfigurationError } from '../../config/configuration.js';

const require = createRequire(import.meta.url);

/** The oldest Node.js that version 13 runs on (decisions/0001). */
const OLDEST_NODE_OF_13 = 22;

/**
 * The version of better-sqlite3 that runs on this Node.js. Nothing else may import the package: version 13 aborts the
 * process on Node.js 20.
 * @throws {ConfigurationError} if the driver for Node.js 20 is not installed
 */
export function sqliteDriver(): typeof Sqlite {
  if (parseInt(process.versions.node) >= OLDEST_NODE_OF_13) return require('better-sqlite3') as typeof Sqlite;
  try {
    return require('../../../node20/node_modules/better-sqlite3') as typeof Sqlite;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new ConfigurationError([
      'The SQLite driver for Node.js 20 is not installed: run `npm ci` with Node.js 20, and with install scripts on.',
    ]);
  }
}
