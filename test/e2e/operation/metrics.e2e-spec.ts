import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, type TestServer } from '../../support/server.js';
import { batch, reading } from '../batch/batches.js';

/** The value of a series; undefined where there is none. */
function valueOf({ text }: Answer, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const requests = (method: string, route: string, status: number): string =>
  `graph_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`;

describe('METRICS=on', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ METRICS: 'on' });
  });
  afterAll(() => server.close());

  const metrics = (): Promise<Answer> => send(server, 'GET', '/metrics', { as: null });

  it('serves GET /metrics in the text format of Prometheus, without a token', async () => {
    const answer = await metrics();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_heap_size_used_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'graph_units_waiting',
      'graph_removals',
      'graph_search_changes_behind',
      'graph_search_building',
      'graph_requests_under_way',
      'graph_bytes_under_way',
      'graph_requests_refused_total{of="bytes"}',
    ])
      expect(valueOf(answer, name), name).toBeGreaterThanOrEqual(0);
    expect(answer.text).toContain('# TYPE graph_commit_units histogram');
  });

  it('counts requests by the template of their route and by status, those of a batch among them', async () => {
    const as = { tenantId: newTenant() };
    const body = validConnection();
    expect((await create(server, body, { as })).status).toBe(201);
    await read(server, String(body.id), { as });
    await read(server, 'nothing1', { as }, 'v1.0');
    await batch(server, [reading('1', body.id), reading('2', 'nothing2')], { as });
    const answer = await metrics();
    expect(valueOf(answer, requests('POST', '/beta/external/connections', 201))).toBe(1);
    expect(valueOf(answer, requests('GET', '/beta/external/connections/:id', 200))).toBe(2);
    expect(valueOf(answer, requests('GET', '/beta/external/connections/:id', 404))).toBe(1);
    expect(valueOf(answer, requests('GET', '/v1.0/external/connections/:id', 404))).toBe(1);
    expect(valueOf(answer, requests('POST', '/beta/$batch', 200))).toBe(1);
    expect(valueOf(answer, 'graph_commit_units_count')).toBeGreaterThanOrEqual(1);
  });

  it('has nothing in it that a client chose, whatever it asks for', async () => {
    const paths = [
      '/beta/external/secretPath',
      '/secretPath',
      '/beta/external/connections/secretPath?secretPath',
    ];
    for (const path of paths) await send(server, 'GET', path, { headers: { 'user-agent': 'secretPath' } });
    // Those of Node.js come and go: a kind of garbage collection is there once it has happened.
    const ours = ({ text }: { text: string }): string[] =>
      text.split('\n').filter((line) => line.startsWith('graph_'));
    const series = ours(await metrics()).length;
    for (let index = 0; index < 20; index++) await send(server, 'GET', `/secretPath${index}`);
    const answer = await metrics();
    expect(answer.text).not.toContain('secretPath');
    expect(ours(answer)).toHaveLength(series);
    expect(valueOf(answer, requests('GET', 'none', 404))).toBeGreaterThanOrEqual(21);
  });
});

describe('without METRICS', () => {
  it('/metrics is a page that there is not, as any other', async () => {
    const server = await startServer();
    const [answer, other] = [
      await send(server, 'GET', '/metrics', { as: null }),
      await send(server, 'GET', '/nothing', { as: null }),
    ];
    assertGraphError(answer, { status: 404, code: 'NotFound', inner: null });
    expect(answer.body.error.message).toBe(other.body.error.message.replace('/nothing', '/metrics'));
    await server.close();
  });
});
