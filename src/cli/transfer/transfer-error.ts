import { ConfigurationError, type DatabaseConfiguration } from '../../config/configuration.js';
import { reasonOf } from '../../database/postgres/reason.js';

/** Why an export or an import failed, in sentences for a person. */
export class TransferError extends Error {}

/** The name of a file, and what the system says about it. */
export const fileFault = (file: string, doing: 'read' | 'written', error: unknown): TransferError =>
  new TransferError(`${file} cannot be ${doing}: ${(error as Error).message}`);

/** Errors of drivers and of the network; a fault of the program has another name. */
const OF_DRIVERS = new Set(['Error', 'error', 'SqliteError', 'QueryFailedError', 'DatabaseError']);

const OF_SQLITE = /^SQLITE_(BUSY|FULL|IOERR|READONLY|CORRUPT|CANTOPEN|LOCKED)/;

/** The error of a database that failed, with its reason; any other error as it is. */
export function databaseFault(database: DatabaseConfiguration, error: unknown): unknown {
  if (error instanceof TransferError || error instanceof ConfigurationError) return error;
  const reason = database.type === 'postgres' ? ofPostgres(error as Error) : ofSqlite(error as Error);
  return reason === undefined
    ? error
    : new TransferError(`The database failed: ${reason}\nRun the command again when it is back.`);
}

function ofPostgres(error: Error): string | undefined {
  // TypeORM has released a connection that was lost between two statements.
  if (error.name === 'QueryRunnerAlreadyReleasedError') return 'the connection was lost.';
  return OF_DRIVERS.has(error.name) ? reasonOf(error) : undefined;
}

function ofSqlite(error: Error): string | undefined {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return OF_SQLITE.test(driverError?.code ?? code ?? '') ? error.message : undefined;
}
