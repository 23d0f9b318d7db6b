import { mkdirSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Latencies } from '../latencies.js';
import { flood, Load, microseconds } from '../load.js';
import { markdownTable, whole } from '../markdown.js';
import { readyConnection } from '../scenarios/put-item.js';
import { write } from '../scenarios/connections.js';
import { CLASSES, Corpus } from '../search/corpus.js';
import { send } from '../send.js';
import { ours, token } from '../servers/ours.js';
import type { HttpRequest, RunningServer } from '../servers/server.js';
import type { LongMeasurement, MeasurementContext } from './measurement.js';

const CONNECTIONS = 8;
const USER = 'b7f6ab12-9f53-4a51-8b35-8c2f3c4a1d77';
const DATABASE = 'graph-connections.db';
const INDEX = 'graph-connections-search.db';

/** Items a second. */
async function ingest(
  running: RunningServer,
  connection: string,
  corpus: Corpus,
  items: number,
): Promise<number> {
  const start = performance.now();
  const put = (): HttpRequest => {
    const { id, body } = corpus.next();
    return write(running, 'PUT', `${running.collection}/${connection}/items/${id}`, body);
  };
  await flood(running, put, 200, items);
  return items / ((performance.now() - start) / 1_000);
}

/** What the index costs whoever writes: the same load on a server whose index file cannot be made. */
async function withoutIndex(items: number, parent: string): Promise<number> {
  const folder = await mkdtemp(join(parent, 'search-'));
  mkdirSync(join(folder, INDEX));
  const running = await ours.start(folder);
  try {
    return await ingest(running, await readyConnection(running), new Corpus(), items);
  } finally {
    await running.stop();
  }
}

const searching = (running: RunningServer, connection: string, queryString: string): HttpRequest =>
  write(running, 'POST', '/v1.0/search/query', {
    requests: [
      {
        entityTypes: ['externalItem'],
        contentSources: [`/external/connections/${connection}`],
        query: { queryString },
        from: 0,
        size: 25,
      },
    ],
  });

/** Until a search is answered: everything that was acknowledged is in the index then. */
async function untilIndexed(running: RunningServer, connection: string): Promise<number> {
  const start = performance.now();
  for (;;) {
    const { path, ...init } = searching(running, connection, 'anything');
    const { status } = await fetch(running.urls[0] + path, init);
    if (status === 200) return (performance.now() - start) / 1_000;
    if (status !== 503) throw new Error(`A search was answered ${status}.`);
    await wait(100);
  }
}

async function measure(
  running: RunningServer,
  requests: readonly HttpRequest[],
  seconds: number,
): Promise<Latencies> {
  let next = 0;
  let start = 0;
  const load = new Load(running, {
    requests: [() => requests[next++ % requests.length]!],
    expected: [200],
    connections: CONNECTIONS,
    seconds,
    onStart: () => (start = microseconds()),
  });
  await load.finished();
  return new Latencies(load.between(start, microseconds()));
}

async function rowsOf(
  running: RunningServer,
  connection: string,
  corpus: Corpus,
  seconds: number,
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [index, { name }] of CLASSES.entries()) {
    const words = corpus.wordsOf(index);
    if (words.length === 0) continue;
    const pairs = words.map((word, place) => `${word} ${words[(place + 1) % words.length]!}`);
    for (const [label, queries] of [
      [name, words],
      [`two words, each in ${name}`, pairs],
    ] as const) {
      const found = await measure(
        running,
        queries.map((query) => searching(running, connection, query)),
        seconds,
      );
      const [p50, p95] = [found.percentile(0.5), found.percentile(0.95)];
      rows.push([label, whole(found.count / seconds), p50.toFixed(1), p95.toFixed(1)]);
    }
  }
  return rows;
}

/** How fast searches are, by how common their words are, and what the index costs. */
export const search: LongMeasurement = {
  title: 'Searches with 8 connections, by how many of the items have the word',
  async run({ seconds, items, parent, say }: MeasurementContext): Promise<string> {
    const before = await withoutIndex(items, parent);
    say(`search: ${whole(before)} items a second without the index`);
    const folder = await mkdtemp(join(parent, 'search-'));
    const running = await ours.start(folder);
    try {
      const connection = await readyConnection(running);
      const corpus = new Corpus();
      const after = await ingest(running, connection, corpus, items);
      const groups = corpus.groupsOfUser.join(',');
      const delegated = await token({ DATA_DIR: folder }, '--delegated', '--user', USER, '--groups', groups);
      const user = { ...running, headers: { authorization: `Bearer ${delegated}` } };
      const lag = await untilIndexed(user, connection);
      say(`search: ${whole(after)} items a second with the index, ${lag.toFixed(1)} s behind at the end`);
      await send(user, searching(user, connection, 'anything'), 200);
      const size = (file: string): string =>
        (
          [file, `${file}-wal`].reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) /
          items /
          1_024
        ).toFixed(2);
      const rows = await rowsOf(user, connection, corpus, seconds);
      return [
        markdownTable(['the word is in', 'searches/s', 'p50 ms', 'p95 ms'], rows),
        `${whole(items)} items. Ingestion: ${whole(after)} items a second, ${(after / before).toFixed(2)} of the rate without ` +
          `the index; the index was complete ${lag.toFixed(1)} s after the last item. It has ${size(INDEX)} kB an item, the ` +
          `database ${size(DATABASE)} kB.\n`,
      ].join('\n');
    } finally {
      await running.stop();
    }
  },
};
