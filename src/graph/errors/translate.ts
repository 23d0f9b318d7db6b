import { HttpException } from '@nestjs/common';
import { bodyUnreadable, uriNotValid } from './catalogue/request.js';
import { databaseNotAvailable, unexpectedFailure } from './catalogue/service.js';
import { GraphError } from './graph-error.js';

/** A database that is locked, full, unreadable, read-only, broken or closed, in the codes of SQLite. */
const SQLITE_LOST = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB|PROTOCOL)/;
/** The same for PostgreSQL, and timeouts, conflicts, and connections that it has ended. */
const POSTGRES_LOST = /^(08...|25006|25P03|28...|3D...|40001|40P01|53...|55P03|57014|57P..|58...)$/;
/** The codes among them that mean: PostgreSQL stops, starts, or accepts no connection. */
const POSTGRES_AWAY = /^(08...|28...|3D...|57P..)$/;
/** The codes of the network. */
const NETWORK_LOST = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|ERR_TLS|ERR_SSL)/;
/** Messages of drivers and pools that have no code. */
const DATABASE_CLOSED =
  /database connection is not open|not established|DataSource is not (set|initialized)|Driver not Connected|Connection terminated|Connection ended|not queryable|was closed and is not|timeout exceeded when trying to connect|Query runner already released/i;

const TOO_BUSY = /timeout exceeded when trying to connect/i;

const isLostBy = (code: string): boolean =>
  [SQLITE_LOST, POSTGRES_LOST, NETWORK_LOST].some((codes) => codes.test(code));

function isDatabaseLost(error: unknown): boolean {
  const { code, syscall, message, driverError } = error as {
    code?: string;
    syscall?: string;
    message?: string;
    driverError?: unknown;
  };
  return (
    // A socket file that is not there has the code of any file that is not there.
    syscall === 'connect' ||
    isLostBy(code ?? '') ||
    DATABASE_CLOSED.test(message ?? '') ||
    (driverError !== undefined && driverError !== error && isDatabaseLost(driverError))
  );
}

/** Whether the database cannot be reached, or has ended the connection. The statement is not at fault. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, syscall, message, driverError } = error as {
    code?: string;
    syscall?: string;
    message?: string;
    driverError?: unknown;
  };
  return (
    syscall === 'connect' ||
    POSTGRES_AWAY.test(code ?? '') ||
    NETWORK_LOST.test(code ?? '') ||
    // Of a pool that is busy, the time is over as well.
    (DATABASE_CLOSED.test(message ?? '') && !TOO_BUSY.test(message ?? '')) ||
    (driverError !== undefined && driverError !== error && isDatabaseAway(driverError))
  );
}

/** What Fastify refuses before any handler of ours runs, in Nest's words. */
function fromFramework(error: HttpException): GraphError {
  switch (error.getStatus()) {
    case 400:
    case 414:
      return uriNotValid();
    case 415:
      return bodyUnreadable('The Content-Type header cannot be understood.');
    default:
      return unexpectedFailure(error);
  }
}

/** Whatever was thrown, as a Graph error: what libraries throw is known here and nowhere else. */
export function toGraphError(error: unknown): GraphError {
  if (error instanceof GraphError) return error;
  if (typeof error === 'object' && error !== null) {
    if (isDatabaseLost(error)) return databaseNotAvailable(error);
    if (error instanceof HttpException) return fromFramework(error);
    if ((error as { code?: string }).code === 'FST_ERR_BAD_URL') return uriNotValid();
  }
  return unexpectedFailure(error);
}
