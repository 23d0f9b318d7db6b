import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificate } from './make-certificates.js';

const HANDSHAKE_MS = 30_000;

/** What Fastify gives a factory of servers, of which it sets only some by itself. */
export interface FactoryOptions {
  readonly http?: ServerOptions;
  readonly keepAliveTimeout?: number;
  readonly requestTimeout?: number;
}

/** The first byte of a TLS connection: the record type "handshake" (RFC 8446 5.1). No method of HTTP begins with it. */
const TLS_HANDSHAKE = 0x16;

/** A client that connects and says nothing for so long holds a connection, and sends no request. */
const SILENCE_MS = 60_000;

/**
 * A server that answers http and https on one port: the first byte of a connection tells. Without a certificate, it
 * answers http only.
 *
 * The http server listens, so its bounds hold for both. A connection is handed over once, and nothing is on the way of
 * its requests.
 */
export function serveBoth(
  handler: RequestListener,
  { http = {}, keepAliveTimeout, requestTimeout }: FactoryOptions,
  certificate: Certificate | undefined,
): Server {
  const options = { ...http, keepAliveTimeout, requestTimeout };
  const plain = createServer(options, handler);
  if (certificate === undefined) return plain;

  const secure = createTlsServer({ ...options, ...certificate, handshakeTimeout: HANDSHAKE_MS }, handler);
  secure.on('clientError', (error, socket) => plain.emit('clientError', error, socket));
  // No TLS, or a client that does not trust the certificate: nobody is left to be answered.
  secure.on('tlsClientError', (_error, socket) => socket.destroy());
  closeTogether(plain, secure);

  const [servePlain] = plain.listeners('connection') as [(socket: Socket) => void];
  plain.off('connection', servePlain);
  plain.on('connection', (socket: Socket) =>
    onFirstByte(socket, (first) => {
      if (first !== TLS_HANDSHAKE) return servePlain.call(plain, socket);
      // As of every TLS server: a client that leaves within the handshake is gone.
      socket.allowHalfOpen = false;
      // An error that nobody listens for would end the process.
      socket.on('error', () => socket.destroy());
      secure.emit('connection', socket);
    }),
  );
  return plain;
}

/** Calls back with the first byte, which stays to be read; a connection that sends none is closed. */
function onFirstByte(socket: Socket, serve: (first: number) => void): void {
  const leave = (): void => void socket.destroy();
  socket.setTimeout(SILENCE_MS, leave).on('error', leave);
  socket.once('readable', () => {
    const first = socket.read(1) as Buffer | null;
    if (first === null) return leave();
    socket.setTimeout(0, leave).off('error', leave);
    socket.unshift(first);
    serve(first[0]!);
  });
}

/** What Node.js does for a server that listens, it does for the other as well: time limits, and an end without idle connections. */
function closeTogether(plain: Server, secure: Server): void {
  plain.on('listening', () => secure.emit('listening'));
  for (const method of ['close', 'closeIdleConnections', 'closeAllConnections'] as const) {
    const own = plain[method].bind(plain) as (...given: unknown[]) => Server;
    plain[method] = (...given: unknown[]) => {
      secure[method]();
      return own(...given);
    };
  }
}
