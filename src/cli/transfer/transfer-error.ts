import { ConfigurationError, type DatabaseConfiguration } from '../../config/configuration.js';
import { reasonOf } from '../../database/postgres/reason.js';
import { isUniqueViolation } from '../../database/unique-violation.js';

/** Why an export or an import cannot be, in sentences for a person. */
export class TransferError extends Error {}

/** What of a file is said: its name, and what the system finds wrong with it. */
export const fileFault = (file: string, doing: string, error: unknown): TransferError =>
  new TransferError(`${file} cannot be ${doing}: ${(error as Error).message}`);

/** Errors as drivers and the network make them; those of a fault of the program have another name. */
const OF_DRIVERS = new Set(['Error', 'error', 'SqliteError', 'QueryFailedError', 'DatabaseError']);

const OF_SQLITE = /^SQLITE_(BUSY|FULL|IOERR|READONLY|CORRUPT|CANTOPEN|LOCKED)/;

/** What to throw where a database failed meanwhile: its reason and what to do, or the error where it is a fault of the program. */
export function databaseFault(database: DatabaseConfiguration, error: unknown): unknown {
  if (error instanceof TransferError || error instanceof ConfigurationError) return error;
  if (isUniqueViolation(error))
    return new TransferError('Another program writes to the database: stop it, and run the command again.');
  const reason = database.type === 'postgres' ? ofPostgres(error as Error) : ofSqlite(error as Error);
  if (reason === undefined) return error;
  return new TransferError(
    `The database failed: ${reason}\nRun the command again when it is back, and it goes on where it was.`,
  );
}

function ofPostgres(error: Error): string | undefined {
  // A connection that is lost between two statements: TypeORM releases it, and says so at the next one.
  if (error.name === 'QueryRunnerAlreadyReleasedError') return 'the connection was lost.';
  return OF_DRIVERS.has(error.name) ? reasonOf(error) : undefined;
}

function ofSqlite(error: Error): string | undefined {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return OF_SQLITE.test(driverError?.code ?? code ?? '') ? error.message : undefined;
}
