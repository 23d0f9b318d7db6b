import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { ConfigurationError } from '../../config/configuration.js';

const require = createRequire(import.meta.url);

/** Version 13 runs on no older one (decisions/0001). */
const OLDEST_NODE_OF_13 = 22;

/**
 * better-sqlite3 in the version that runs on this Node.js. Nothing else may load it by its name: version 13 ends the
 * process on Node.js 20.
 * @throws {ConfigurationError} where the driver of Node.js 20 is not installed
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
