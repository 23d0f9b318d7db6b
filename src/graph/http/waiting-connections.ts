import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/**
 * So many connections may wait for a request, or for the end of the head of one. Each may have sent 256 kB of a head, so that
 * more of them would fill the memory of a small server.
 */
const MOST_WAITING = 1_000;

/** A connection, and what is under way on it. */
interface Connection {
  readonly socket: Socket;
  /** The waiting ones of the same address. */
  readonly neighbours: Set<Connection>;
  requests: number;
}

/**
 * Bounds the connections on which no request is under way: whoever opens them and says nothing, or only little by little, has
 * shown no token and is not counted otherwise. Beyond the bound, the address with the most of them loses its oldest one.
 */
export class WaitingConnections {
  private readonly byAddress = new Map<string, Set<Connection>>();
  private readonly connections = new WeakMap<Socket, Connection>();
  private count = 0;

  /** @param server that begins to listen later */
  watch(server: Server): void {
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.begin(socket),
    );
    server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
      const connection = this.connections.get(socket);
      if (connection === undefined) return;
      connection.requests++;
      this.leave(connection);
      answer.once('close', () => {
        if (--connection.requests === 0 && !socket.destroyed) this.wait(connection);
      });
    });
  }

  private begin(socket: Socket): void {
    const { remoteAddress: address = '' } = socket;
    let neighbours = this.byAddress.get(address);
    if (neighbours === undefined) this.byAddress.set(address, (neighbours = new Set()));
    const connection: Connection = { socket, neighbours, requests: 0 };
    this.connections.set(socket, connection);
    socket.once('close', () => {
      this.leave(connection);
      if (neighbours.size === 0 && this.byAddress.get(address) === neighbours) this.byAddress.delete(address);
    });
    this.wait(connection);
  }

  private wait(connection: Connection): void {
    connection.neighbours.add(connection);
    if (++this.count > MOST_WAITING) this.closeOne();
  }

  private leave(connection: Connection): void {
    if (connection.neighbours.delete(connection)) this.count--;
  }

  private closeOne(): void {
    const all = [...this.byAddress.values()];
    const [oldest] = all.reduce((most, neighbours) => (neighbours.size > most.size ? neighbours : most));
    if (oldest === undefined) return;
    this.leave(oldest);
    oldest.socket.destroy();
  }
}
