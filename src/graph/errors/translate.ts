import { HttpException } from '@nestjs/common';
import { bodyUnreadable, uriNotValid } from './catalogue/request.js';
import { databaseNotAvailable, unexpectedFailure } from './catalogue/service.js';
import { GraphError } from './graph-error.js';

/** A database that is locked, full, unreadable, read-only, broken or closed, in the words of the drivers. */
const DATABASE_LOST =
  /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB|PROTOCOL)|^(ECONN|EPIPE|ETIMEDOUT|57P0|53|08)/;
const DATABASE_CLOSED =
  /database connection is not open|not established|DataSource is not (set|initialized)|Driver not Connected/i;

function isDatabaseLost(error: unknown): boolean {
  const { code, message, driverError } = error as { code?: string; message?: string; driverError?: unknown };
  return (
    DATABASE_LOST.test(code ?? '') ||
    DATABASE_CLOSED.test(message ?? '') ||
    (driverError !== undefined && driverError !== error && isDatabaseLost(driverError))
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
