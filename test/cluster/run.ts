import { PostgresCluster } from '../support/postgres/cluster.js';
import { createDatabase } from '../support/postgres/databases.js';
import { faultsOf } from './checker/checker.js';
import type { Fault } from './checker/fault.js';
import { Client, targetOf } from './client.js';
import { countEverything } from './counts.js';
import { type Drop, dropAWrite } from './dropped-write.js';
import { readEverything } from './final-reading.js';
import { History } from './history.js';
import { load, type LoadOptions } from './load/load.js';
import type { Rounds } from './load/rounds.js';
import { causeOutages, type Outage } from './outages.js';
import { Servers } from './servers.js';
import { makeWorld, type World } from './world.js';

const DATABASE = 'cluster';
const SERVERS = 3;

export interface RunOptions extends LoadOptions {
  readonly clients: number;
}

/** Three servers on one PostgreSQL, what clients did to them, and what of it cannot be. */
export class ClusterRun {
  readonly history = new History();
  outages: readonly Outage[] = [];
  rounds?: Rounds;
  private world?: World;

  private constructor(
    private readonly options: RunOptions,
    private readonly postgres: PostgresCluster,
    readonly servers: Servers,
  ) {}

  /** Starts the database and the servers. */
  static async start(options: RunOptions): Promise<ClusterRun> {
    const postgres = await PostgresCluster.start();
    try {
      await createDatabase(postgres.url('postgres'), DATABASE, 'template0', "ENCODING 'UTF8'");
      return new ClusterRun(options, postgres, await Servers.start(SERVERS, postgres.url(DATABASE)));
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  }

  /** Lets the clients work while a server is killed and the database restarted. */
  async load(): Promise<void> {
    this.world = await makeWorld(await this.client('setup'));
    const names = Array.from({ length: this.options.clients }, (_, n) => `client ${n}`);
    const clients = await Promise.all(names.map((name, n) => this.client(name, n % SERVERS)));
    const outages = causeOutages(this.servers, this.postgres, this.options, this.history);
    this.rounds = await load(this.world, clients, this.options, outages);
    this.outages = await outages;
  }

  /** Reads and counts everything, and finds what cannot be in all that happened so far. */
  async faults(): Promise<Fault[]> {
    const reader = await this.client('reader');
    const counts = await countEverything(this.postgres.url(DATABASE), reader);
    counts.push(...(await readEverything(this.world!, reader)));
    const { complete } = this.rounds!;
    if (complete < this.options.rounds)
      counts.push({ of: 'rounds', told: { wanted: this.options.rounds, complete } });
    return faultsOf(this.history, this.outages, SERVERS, counts);
  }

  /** Undoes an acknowledged write behind the servers' backs. @returns the object of which there must be a fault now */
  drop(drop: Drop): Promise<string> {
    return dropAWrite(drop, this.postgres.url(DATABASE), this.history, this.world!);
  }

  async stop(): Promise<void> {
    await this.servers.stop();
    await this.postgres.stop();
  }

  private async client(name: string, server = 0): Promise<Client> {
    const client = new Client(name, targetOf(this.servers.urls), this.history, this.servers.application);
    if (!(await client.authenticate(server))) throw new Error('There was no token to be had.');
    return client;
  }
}
