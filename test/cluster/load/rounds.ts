import { setTimeout as wait } from 'node:timers/promises';
import { chance, type Client } from '../client.js';
import type { Collection } from '../collection.js';

/** How many create the same connection at the same moment: two through each of three servers. */
export const CLIENTS_A_ROUND = 6;

const DELETED = 0.5;

/** Of each that is wanted: more are not cut by outages alone. */
const MOST_CUT = 4;

/** Rounds of simultaneous creates. */
export class Rounds {
  /** Those of which every create was answered. */
  complete = 0;
  /** Those of which an outage left a create without an answer: at most one was acknowledged. */
  cut = 0;

  constructor(
    private readonly connections: Collection,
    private readonly wanted: number,
    private readonly seconds: number,
  ) {}

  get areOver(): boolean {
    return this.complete >= this.wanted || this.cut >= MOST_CUT * this.wanted;
  }

  /** Plays rounds, not faster than they are to be spread over the load, until all are complete. */
  async play(clients: readonly Client[]): Promise<void> {
    const start = performance.now();
    while (!this.areOver) {
      const due = start + 1000 * this.seconds * Math.min(1, (this.complete + this.cut) / this.wanted);
      if (performance.now() < due) await wait(10);
      else await this.round(clients);
    }
  }

  /** One connection: created through all servers at once, read through all, and deleted through all at once. */
  private async round(clients: readonly Client[]): Promise<void> {
    const thing = this.connections.newThing();
    const each = <T>(act: (client: Client, server: number) => Promise<T>, count: number): Promise<T[]> =>
      Promise.all(clients.slice(0, count).map((client, n) => act(client, n % client.servers)));
    await each((client, server) => thing.create(client, server), clients.length);
    await each((client, server) => thing.read(client, server), clients[0]!.servers);
    if (thing.isUncertain) this.cut++;
    else this.complete++;
    if (chance(DELETED)) await each((client, server) => thing.delete(client, server), clients[0]!.servers);
  }
}
