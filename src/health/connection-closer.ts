import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const LOOK_EVERY_MS = 50;

/**
 * Closes every connection as soon as no request is on it, once the server is to stop. Without it, a client that keeps its
 * connection open, or has never sent anything, would keep the process alive.
 */
@Injectable()
export class ConnectionCloser implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sockets = new Set<Socket>();

  constructor(private readonly adapter: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    this.server().on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  beforeApplicationShutdown(): void {
    const server = this.server();
    const look = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
    }, LOOK_EVERY_MS);
    server.once('close', () => clearInterval(look));
    if (!server.listening) clearInterval(look);
  }

  private server(): Server {
    return this.adapter.httpAdapter.getHttpServer() as Server;
  }
}
