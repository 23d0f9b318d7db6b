import { Client, Pool, type PoolClient, type PoolConfig } from 'pg';
import { Heartbeat } from './heartbeat.js';

type Connected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (error?: Error | boolean) => void,
) => void;

const nothing = (): void => undefined;

/**
 * A pool that knows whether the database answers. While it does not, the pool refuses every request for a connection at
 * once and closes the connections in use, so that no request waits for an unreachable host.
 */
export class WatchedPool extends Pool {
  private readonly busy = new Set<PoolClient>();
  private readonly waiting = new Set<(error: Error) => void>();
  readonly heartbeat: Heartbeat;

  constructor(config: PoolConfig) {
    super(config);
    this.on('acquire', (client) => this.busy.add(client));
    this.on('release', (_error, client) => this.busy.delete(client));
    this.on('remove', (client) => this.busy.delete(client));
    this.heartbeat = new Heartbeat(config, (reason) => this.giveUp(reason));
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | void {
    if (callback === undefined) {
      return new Promise((resolve, reject) =>
        this.connect((error, client) => (error === undefined ? resolve(client!) : reject(error))),
      );
    }
    const { lost } = this.heartbeat;
    if (lost !== undefined) return void setImmediate(() => callback(lost, undefined, nothing));
    const refuse = (error: Error): void => callback(error, undefined, nothing);
    this.waiting.add(refuse);
    super.connect((error, client, release) => {
      if (this.waiting.delete(refuse)) return callback(error, client, release);
      // The caller was refused in the meantime, so nobody uses this connection.
      if (client !== undefined) release(true);
    });
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    this.heartbeat.stop();
    return callback === undefined ? super.end() : super.end(callback);
  }

  private giveUp(reason: Error): void {
    for (const refuse of this.waiting) {
      this.waiting.delete(refuse);
      refuse(reason);
    }
    // Closes connections that wait for an answer, too: it would not come.
    for (const client of this.busy) void (client as unknown as Client).end().catch(nothing);
  }
}
