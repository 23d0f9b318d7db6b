import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ConnectionRemover } from '../connections/removal/connection-remover.js';
import { Database } from '../database/database.js';
import { UnderWay } from '../graph/http/under-way.js';
import { SearchIndex } from '../search/index/search-index.js';

/** From a read out of memory to what people call an outage. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Units that share a commit; 64 at most. */
const UNITS = [1, 2, 4, 8, 16, 32, 64];

/** The route of what was routed nowhere: an address is the client's own, and there are any number of them. */
const NO_ROUTE = 'none';

/** What a server measures of itself. Labels have the templates of routes alone, so there are only so many series. */
@Injectable()
export class Metrics implements OnModuleInit {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'graph_http_request_duration_seconds',
    help: 'How long requests took, by method, route and status; those of a batch one by one, besides the batch.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly database: Database,
    private readonly underWay: UnderWay,
    private readonly remover: ConnectionRemover,
    private readonly index: SearchIndex,
  ) {
    collectDefaultMetrics({ register: this.registry });
    this.measureDatabase();
    this.measureUnderWay();
    this.measureIndex();
  }

  onModuleInit(): void {
    this.host.httpAdapter.getInstance<FastifyInstance>().addHook('onResponse', (request, reply, done) => {
      const route = request.is404 ? NO_ROUTE : (request.routeOptions.url ?? NO_ROUTE);
      this.requests.observe(
        { method: request.method, route, status: reply.statusCode },
        reply.elapsedTime / 1_000,
      );
      done();
    });
  }

  /** In the text format of Prometheus. */
  read(): Promise<string> {
    return this.registry.metrics();
  }

  private measureDatabase(): void {
    const sizes = new Histogram({
      name: 'graph_commit_units',
      help: 'How many units of work shared a commit; on PostgreSQL each has its own.',
      buckets: UNITS,
      registers: [this.registry],
    });
    this.database.onCommit((units) => sizes.observe(units));
    this.gauge('graph_units_waiting', 'Units of work that wait for a commit, or for a connection.', () => {
      const { pool, waitingUnits } = this.database.load;
      return waitingUnits + (pool?.waiting ?? 0);
    });
    if (this.database.load.pool !== undefined) {
      this.gauge(
        'graph_pool_connections',
        'Connections to PostgreSQL, of DATABASE_POOL at most.',
        () => this.database.load.pool!.size,
      );
      this.gauge(
        'graph_pool_idle',
        'Connections to PostgreSQL that nobody uses.',
        () => this.database.load.pool!.idle,
      );
      this.gauge(
        'graph_pool_waiting',
        'Requests that wait for a connection to PostgreSQL.',
        () => this.database.load.pool!.waiting,
      );
    }
    this.gauge(
      'graph_removals',
      'Deleted connections and groups of which rows are still to be removed.',
      () => this.remover.count(),
    );
  }

  private measureIndex(): void {
    this.gauge(
      'graph_search_changes_behind',
      'Changes of items that are not in the search index yet.',
      async () => {
        return (await this.index.lag()).changes;
      },
    );
    this.gauge(
      'graph_search_building',
      'Whether the search index is being built, and searches are refused: 1 or 0.',
      async () => Number((await this.index.lag()).isBuilding),
    );
  }

  private measureUnderWay(): void {
    this.gauge('graph_requests_under_way', 'Requests under way.', () => this.underWay.now.requests);
    this.gauge(
      'graph_bytes_under_way',
      'Bytes of the bodies and answers under way.',
      () => this.underWay.now.bytes,
    );
    const { underWay } = this;
    void new Counter({
      name: 'graph_requests_refused_total',
      help: 'Requests that were refused (429), since their caller, or all together, had too many requests or bytes under way.',
      labelNames: ['of'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [of, count] of Object.entries(underWay.refused)) this.inc({ of }, count);
      },
    });
  }

  /** What is asked when somebody reads; while the database is away, what it would say is not a number. */
  private gauge(name: string, help: string, value: () => number | Promise<number>): void {
    void new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        try {
          this.set(await value());
        } catch {
          this.set(Number.NaN);
        }
      },
    });
  }
}
