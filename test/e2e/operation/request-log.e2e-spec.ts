import { Writable } from 'node:stream';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.js';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { requestToken } from '../../support/authority.js';
import { TENANT, tokenOf } from '../../support/callers.js';
import { create, validConnection } from '../../support/connections.js';
import { query, temporaryDatabase } from '../../support/database.js';
import { type Answer, send } from '../../support/http.js';
import type { TestServer } from '../../support/server.js';
import { secretsOf } from '../../support/tokens.js';

const COLLECTION = '/beta/external/connections';

type Line = Record<string, unknown>;

/** A server whose log is kept in memory. */
async function startLogged(): Promise<TestServer & { log: string[] }> {
  const own = await temporaryDatabase();
  const log: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log.push(String(chunk));
      done();
    },
  });
  const configuration = loadConfiguration({ PORT: '0', ...own.environment });
  const app = await createApp(configuration, pino({ level: 'info' }, stream));
  await app.listen(0, '127.0.0.1');
  log.length = 0;
  const close = async (): Promise<void> => {
    await app.close();
    await own.remove();
  };
  return {
    app,
    configuration,
    url: await app.getUrl(),
    dataDir: configuration.dataDir,
    environment: own.environment,
    log,
    close,
  };
}

describe('The request log', () => {
  let server: Awaited<ReturnType<typeof startLogged>>;
  beforeAll(async () => {
    server = await startLogged();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.log.length = 0;
  });

  const lines = (): Line[] => server.log.map((line) => JSON.parse(line) as Line);

  /** The lines of one request, which are written once its answer has gone. */
  async function linesOf(answer: Answer): Promise<Line[]> {
    const id = answer.headers.get('request-id');
    await expect.poll(() => lines().some(({ requestId }) => requestId === id)).toBe(true);
    return lines().filter(({ requestId }) => requestId === id);
  }

  it('has one line of a request: who, what, how it ended, how long it took', async () => {
    const answer = await create(server, undefined, { headers: { 'client-request-id': 'of-the-client' } });
    expect(answer.status).toBe(201);
    expect(await linesOf(answer)).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        pid: expect.any(Number),
        hostname: expect.any(String),
        requestId: answer.headers.get('request-id'),
        clientRequestId: 'of-the-client',
        method: 'POST',
        path: COLLECTION,
        status: 201,
        ms: expect.any(Number),
        tenant: TENANT,
        app: FIRST_APP_ID,
        msg: 'request',
      },
    ]);
    expect(lines()).toHaveLength(1);
  });

  it.each([
    ['a list', 'GET', COLLECTION, 200],
    ['a connection that is not there', 'GET', `${COLLECTION}/nobody`, 404],
    ['a path that is not there', 'GET', '/beta/external/nothing', 400],
    ['a method that is not allowed', 'PUT', COLLECTION, 405],
    ['a body that cannot be read', 'POST', COLLECTION, 400],
    ['a page', 'GET', '/health/ready', 200],
    ['a page that is not there', 'GET', '/nothing', 404],
    ['a broken address', 'GET', '/beta/external/%zz', 400],
    ['an over-long segment', 'GET', `${COLLECTION}/${'a'.repeat(2_000)}`, 400],
  ])('has one line of %s', async (_, method, path, status) => {
    const answer = await send(server, method, path);
    expect(answer.status, answer.text).toBe(status);
    expect(await linesOf(answer)).toEqual([
      expect.objectContaining({ method, path, status, msg: 'request' }),
    ]);
  });

  it('names neither tenant nor application where the token was not believed', async () => {
    const answer = await send(server, 'GET', COLLECTION, { as: 'not.a.token' });
    const [line, ...others] = await linesOf(answer);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ method: 'GET', path: COLLECTION, status: 401 });
    expect(line).not.toHaveProperty('tenant');
    expect(line).not.toHaveProperty('app');
  });

  it('names both where the permission is missing', async () => {
    const answer = await create(server, undefined, { as: { permissions: [] } });
    expect(await linesOf(answer)).toEqual([
      expect.objectContaining({ status: 403, tenant: TENANT, app: FIRST_APP_ID }),
    ]);
  });

  it('never shows a token, a query, a body or a secret, whatever fails', async () => {
    const token = await tokenOf(server);
    const marker = 'Xk7secretQ9';
    const query = `?$filter=name%20eq%20%27${marker}%27&client_secret=${marker}`;
    const body = validConnection({ name: marker });
    const answers = [
      await send(server, 'POST', COLLECTION + query, { as: token, body }),
      await send(server, 'POST', COLLECTION + query, { as: token, body: { ...body, [marker]: marker } }),
      await send(server, 'POST', COLLECTION + query, { as: token, body: `{"${marker}":` }),
      await send(server, 'POST', COLLECTION + query, { as: `${token}${marker}`, body }),
      await send(server, 'GET', COLLECTION + query, { as: `${marker}.${marker}.${marker}` }),
      await send(server, 'GET', COLLECTION + query, { as: marker }),
      await send(server, 'GET', `/nothing${query}`, { as: token }),
      await requestToken(server, { client_secret: marker }, { query: `?x=${marker}` }),
      await requestToken(server, {}, { query: `?x=${marker}` }),
    ];
    for (const answer of answers) await linesOf(answer);
    const text = server.log.join('');
    expect(text).not.toContain(marker);
    const { clientSecret, key } = secretsOf(server);
    for (const secret of [...token.split('.'), answers.at(-1)!.body.access_token, clientSecret, key.d!]) {
      expect(text).not.toContain(secret);
    }
    expect(server.log).toHaveLength(answers.length);
  });

  it('has the reason of a failure under the id that the client was told [databaseNotAvailable]', async () => {
    const broken = await startLogged();
    await broken.app.get(DataSource).destroy();
    const answer = await create(broken, validConnection({ name: 'Xk7secretQ9' }));
    expect(answer.status).toBe(503);
    const id = answer.headers.get('request-id');
    // What the server does by itself fails as well, and is no part of the request.
    const ofRequest = (): Line[] =>
      broken.log.map((line) => JSON.parse(line) as Line).filter(({ requestId }) => requestId === id);
    await expect.poll(() => ofRequest().length).toBe(2);
    const [reason, request] = ofRequest();
    expect(reason).toMatchObject({ level: 50, requestId: id, msg: 'ServiceNotAvailable' });
    expect(reason!.err).toMatchObject({ message: expect.stringMatching(/./), stack: expect.any(String) });
    expect(request).toMatchObject({ level: 30, requestId: id, status: 503 });
    expect(broken.log.join('')).not.toContain('Xk7secretQ9');
    await broken.close();
  });

  it('shows nothing of the body where a statement with its values fails [unexpectedFailure]', async () => {
    const broken = await startLogged();
    await query(broken, 'DROP TABLE external_connection');
    const answer = await create(broken, validConnection({ name: 'Xk7secretQ9' }));
    expect(answer.status, answer.text).toBe(500);
    await expect.poll(() => broken.log.length).toBe(2);
    expect(broken.log.join('')).not.toContain('Xk7secretQ9');
    await broken.close();
  });
});
