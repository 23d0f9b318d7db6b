import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { commonHeaders } from '../http/request-context.js';
import { headersTooLarge, httpMessageNotValid, requestTimedOut } from './catalogue/request.js';
import { type GraphError, renderGraphError } from './graph-error.js';
import { refusalOf } from './failure-log.js';

function errorFor(code: string | undefined): GraphError {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? requestTimedOut() : httpMessageNotValid();
}

/**
 * Answers malformed HTTP with Graph's error body, and closes the connection.
 * @param log writes the log line; malformed HTTP has no request to log
 */
export function answerBrokenHttp(
  failure: Error & { code?: string },
  socket: Socket,
  now: Date,
  log: (line: object) => void,
): void {
  if (!socket.writable || failure.code === 'ECONNRESET') return void socket.destroy();
  const error = errorFor(failure.code);
  const requestId = randomUUID();
  const ids = { requestId, clientRequestId: requestId };
  const body = renderGraphError(error, ids, now);
  const headers = {
    ...commonHeaders(ids),
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    date: now.toUTCString(),
    connection: 'close',
  };
  log({ requestId, status: error.status, error: refusalOf(error) });
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${head.join('')}\r\n${body}`);
}
