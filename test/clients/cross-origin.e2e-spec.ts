import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../support/callers.js';
import { openPage, startBrowser, withoutBrowser } from '../support/browser.js';
import { validConnection } from '../support/connections.js';
import { startServer, type TestServer, useServer } from '../support/server.js';

const BATCH = JSON.stringify({ requests: [{ id: '1', method: 'GET', url: '/external/connections' }] });

/** What a page sees of an answer. */
interface Seen {
  readonly status?: number;
  readonly headers?: Record<string, string | null>;
  readonly text?: string;
  readonly failed?: string;
}

/** Runs in the page, as a front end would write it. */
const CALL = `async ({ url, init }) => {
  try {
    const answer = await fetch(url, init);
    const names = ['location', 'request-id', 'client-request-id', 'odata-version'];
    return {
      status: answer.status,
      headers: Object.fromEntries(names.map((name) => [name, answer.headers.get(name)])),
      text: await answer.text(),
    };
  } catch (error) {
    return { failed: String(error) };
  }
}`;

describe.skipIf(withoutBrowser)('field 6: a page of another origin, in a browser', () => {
  const server = useServer();
  let frontend: Server;
  let browser: Browser | undefined;
  beforeAll(async () => {
    frontend = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>A front end</title>');
    });
    await new Promise<void>((resolve) => void frontend.listen(0, '127.0.0.1', resolve));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => void frontend.close(resolve));
  });

  /** The calls of one page, in their order. */
  async function fromPage(target: TestServer, calls: { path: string; init?: object }[]): Promise<Seen[]> {
    const { page } = await openPage(browser!);
    await page.goto(`http://localhost:${(frontend.address() as AddressInfo).port}/`);
    const seen: Seen[] = [];
    for (const { path, init } of calls)
      seen.push(await page.evaluate<Seen>(`(${CALL})(${JSON.stringify({ url: target.url + path, init })})`));
    await page.context().close();
    return seen;
  }

  it('creates, reads, changes and deletes, and reads the headers of the answers, errors included', async () => {
    const token = await tokenOf(server, { tenantId: newTenant() });
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      sdkversion: 'x/1',
    };
    const body = validConnection();
    const path = `/v1.0/external/connections/${String(body.id)}`;
    const [created, read, changed, unknown, anonymous, batch, deleted] = await fromPage(server, [
      { path: '/v1.0/external/connections', init: { method: 'POST', headers, body: JSON.stringify(body) } },
      { path, init: { headers } },
      { path, init: { method: 'PATCH', headers, body: JSON.stringify({ name: 'Other' }) } },
      { path: '/v1.0/external/connections/missing', init: { headers } },
      { path },
      { path: '/v1.0/$batch', init: { method: 'POST', headers, body: BATCH } },
      { path, init: { method: 'DELETE', headers } },
    ]);
    expect(created).toMatchObject({ status: 201 });
    expect(created!.headers!.location).toBe(server.url + path);
    expect(created!.headers!['request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(read!.text!)).toMatchObject({ id: body.id });
    expect([changed, unknown, anonymous, batch, deleted].map((seen) => seen!.status)).toEqual([
      204, 404, 401, 200, 202,
    ]);
    expect(JSON.parse(unknown!.text!)).toMatchObject({ error: { code: 'ItemNotFound' } });
    expect(unknown!.headers!['client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('reads no token, and nothing else that is not of Graph', async () => {
    const form = 'grant_type=client_credentials&client_id=x&client_secret=y&scope=z';
    const seen = await fromPage(server, [
      {
        path: '/contoso.example/oauth2/v2.0/token',
        init: {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form,
        },
      },
      { path: '/openapi.json' },
      { path: '/health/live' },
    ]);
    expect(seen).toEqual(seen.map(() => ({ failed: expect.stringContaining('TypeError') })));
  });

  it('gets no leave where CORS_ORIGINS names others', async () => {
    const narrow = await startServer({ CORS_ORIGINS: 'https://app.example' });
    const headers = { authorization: `Bearer ${await tokenOf(narrow)}` };
    const seen = await fromPage(narrow, [{ path: '/beta/external/connections', init: { headers } }]);
    await narrow.close();
    expect(seen).toEqual([{ failed: expect.stringContaining('TypeError') }]);
  });
});
