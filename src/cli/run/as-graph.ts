import { once } from 'node:events';
import {
  createServer as createHttpServer,
  request,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { request as requestSecurely, type RequestOptions } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { createServer as createTlsServer, connect as connectSecurely } from 'node:tls';
import { makeAuthority, makeServerCertificate } from '../../tls/make-certificates.js';

/** The hosts that come here. */
export const GRAPH_HOSTS = ['graph.microsoft.com', 'login.microsoftonline.com'];

/** The server that is meant, and what vouches for it. */
export interface Target {
  readonly port: number;
  readonly authority: string;
}

/** A front of this machine that answers as Graph's two hosts, for programs that are told of it. */
export interface AsGraph {
  /** The address of a proxy, as for HTTPS_PROXY. */
  readonly proxyPort: number;
  /** Where TLS for the two hosts is answered. */
  readonly tlsPort: number;
  /** Vouches for the two hosts; lives as long as this front, and its key is written nowhere. */
  readonly authority: string;
  close(): void;
}

/**
 * Starts a front on loopback: a proxy that brings connections to Graph's two hosts to a server of ours, and any other where it
 * was to go.
 */
export async function startAsGraph(target: Target): Promise<AsGraph> {
  const now = new Date();
  const authority = await makeAuthority(GRAPH_HOSTS, now);
  const certificate = await makeServerCertificate(authority, GRAPH_HOSTS, now);
  const sockets = new Set<Duplex>();
  const keep = <T extends Duplex>(socket: T): T => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    return socket;
  };
  // The Host header stays, so that the links in answers name the host that the program knows.
  const toServer = (): Duplex =>
    keep(
      connectSecurely({
        host: '127.0.0.1',
        port: target.port,
        servername: 'localhost',
        ca: target.authority,
      }),
    );

  const tls = createTlsServer(certificate, (socket) => join(keep(socket), toServer()));
  tls.on('tlsClientError', (_error, socket) => socket.destroy()).on('connection', keep);
  const proxy = createHttpServer((incoming, answer) => forward(incoming, answer, target));
  proxy.on('connection', keep);
  proxy.on('connect', ({ url = '' }: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { hostname, port } = new URL(`http://${url}`);
    const isGraph = GRAPH_HOSTS.includes(hostname) && (port === '443' || port === '');
    const onward: Socket = keep(
      isGraph
        ? connect((tls.address() as AddressInfo).port, '127.0.0.1')
        : connect(Number(port || 80), hostname),
    );
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      join(socket, onward);
    });
    onward.once('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'));
  });
  for (const server of [tls, proxy]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return {
    proxyPort: (proxy.address() as AddressInfo).port,
    tlsPort: (tls.address() as AddressInfo).port,
    authority: authority.cert,
    close: () => {
      proxy.close();
      tls.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one);
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
}

/** Some clients ask a proxy for addresses themselves, without a tunnel, for https addresses too. */
function forward(incoming: IncomingMessage, answer: ServerResponse, target: Target): void {
  const { url = '', method, headers } = incoming;
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined) return void answer.writeHead(400).end();
  const options: RequestOptions = {
    host: address.hostname,
    port: address.port,
    path: address.pathname + address.search,
    method,
    headers: { ...headers, host: address.host },
    ...(GRAPH_HOSTS.includes(address.hostname) ? toTarget(target) : {}),
  };
  const outgoing = address.protocol === 'https:' ? requestSecurely(options) : request(options);
  outgoing.on('response', (response: IncomingMessage) => {
    answer.writeHead(response.statusCode!, response.headers);
    pipeline(response, answer, () => undefined);
  });
  outgoing.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  pipeline(incoming, outgoing, () => undefined);
}

const toTarget = ({
  port,
  authority,
}: Target): { host: string; port: number; servername: string; ca: string } => ({
  host: '127.0.0.1',
  port,
  servername: 'localhost',
  ca: authority,
});
