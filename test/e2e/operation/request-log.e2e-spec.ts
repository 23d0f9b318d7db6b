import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { requestToken } from '../../support/authority.js';
import { TENANT, tokenOf } from '../../support/callers.js';
import { create, newId, validConnection } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { type Answer, send } from '../../support/http.js';
import { RawConnection } from '../../support/socket.js';
import { type LoggedServer, type LogLine, startLogged } from '../../support/logged-server.js';
import { secretsOf } from '../../support/tokens.js';

const COLLECTION = '/beta/external/connections';

describe('The request log', () => {
  let server: LoggedServer;
  beforeAll(async () => {
    server = await startLogged();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.log.length = 0;
  });

  /** The lines of one request, which are written once its answer has gone. */
  async function linesOf(answer: Answer): Promise<LogLine[]> {
    const id = answer.headers.get('request-id');
    await expect.poll(() => server.lines().some(({ requestId }) => requestId === id)).toBe(true);
    return server.lines().filter(({ requestId }) => requestId === id);
  }

  it('has one line of a request: who, what, how it ended, how long it took', async () => {
    const answer = await create(server, validConnection(), {
      headers: { 'client-request-id': 'of-the-client' },
    });
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
    expect(server.lines()).toHaveLength(1);
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
    const answer = await create(server, validConnection(), { as: { permissions: [] } });
    expect(await linesOf(answer)).toEqual([
      expect.objectContaining({ status: 403, tenant: TENANT, app: FIRST_APP_ID }),
    ]);
  });

  it('never shows a token, a query, a secret or a value of a body, whatever fails', async () => {
    const token = await tokenOf(server);
    const marker = 'Xk7secretQ9';
    const query = `?$filter=name%20eq%20%27${marker}%27&client_secret=${marker}`;
    const body = validConnection({ name: marker });
    const answers = [
      await send(server, 'POST', COLLECTION + query, { as: token, body }),
      await send(server, 'POST', COLLECTION + query, { as: token, body: { ...body, unknown: marker } }),
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

  it('field 5.10: has the inner code, the inner message and the target of what was refused', async () => {
    const id = newId();
    expect((await create(server, validConnection({ id }))).status).toBe(201);
    const cases: [Answer, object][] = [
      [
        await create(server, validConnection({ id })),
        {
          code: 'ResourceAlreadyExists',
          message: "'Connection' with the same name already exists.",
          target: 'id',
        },
      ],
      [
        await send(server, 'GET', `/v1.0/external/connections/${id}/items/nothing`),
        { code: expect.any(String), message: expect.stringMatching(/./) },
      ],
      [
        await send(server, 'PATCH', `${COLLECTION}/${id}`, { body: { name: 7 } }),
        { code: expect.any(String), message: expect.stringMatching(/./), target: 'name' },
      ],
      [
        await create(server, validConnection(), { as: { permissions: ['ExternalItem.Read.All'] } }),
        { message: expect.stringContaining('ExternalConnection.ReadWrite.OwnedBy') },
      ],
      [
        await create(server, validConnection(), { as: 'not.a.token' }),
        { code: 'TokenNotWellFormed', target: 'Authorization', message: expect.stringMatching(/./) },
      ],
      [await send(server, 'GET', '/v2.0/external'), { message: expect.stringMatching(/./) }],
    ];
    for (const [answer, error] of cases) {
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(await linesOf(answer)).toEqual([
        expect.objectContaining({ level: 30, status: answer.status, error: expect.objectContaining(error) }),
      ]);
    }
  });

  it('field 5.10: has none of it where nothing was refused', async () => {
    const [line] = await linesOf(await send(server, 'GET', COLLECTION));
    expect(line).not.toHaveProperty('error');
  });

  it('field 5.10: has a line of each request of a batch, also of one that was never made', async () => {
    const id = newId();
    expect((await create(server, validConnection({ id }))).status).toBe(201);
    const create409 = {
      method: 'POST',
      url: '/external/connections',
      headers: { 'content-type': 'application/json' },
    };
    const answer = await send(server, 'POST', '/beta/$batch', {
      body: {
        requests: [
          { ...create409, id: 'a', body: validConnection({ id }) },
          { id: 'b', method: 'GET', url: '/external/connections?$top=1', dependsOn: ['a'] },
        ],
      },
    });
    expect(answer.status, answer.text).toBe(200);
    await linesOf(answer);
    const refused = server.lines().filter(({ error }) => error !== undefined);
    expect(refused).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: COLLECTION,
        status: 409,
        error: expect.objectContaining({ code: 'ResourceAlreadyExists', target: 'id' }),
      }),
      expect.objectContaining({
        method: 'GET',
        path: COLLECTION,
        status: 424,
        tenant: TENANT,
        error: { code: 'FailedDependency', message: "Request 'a' failed.", target: 'dependsOn' },
      }),
    ]);
  });

  it('field 5.10: has the reason of the token endpoint, and never a secret that was sent for an id', async () => {
    const { clientSecret } = secretsOf(server);
    const wrong = await requestToken(server, { client_secret: 'wrong' });
    expect((await linesOf(wrong))[0]).toMatchObject({
      status: 401,
      error: { code: 'AADSTS7000215', message: expect.stringContaining('Invalid client secret') },
    });
    const swapped = await requestToken(server, { client_id: clientSecret });
    expect((await linesOf(swapped))[0]).toMatchObject({ status: 400, error: { code: 'AADSTS700016' } });
    const token = await requestToken(server, { scope: await tokenOf(server) });
    expect((await linesOf(token))[0]).toMatchObject({ error: { message: expect.stringContaining('***') } });
    expect(server.log.join('')).not.toContain(clientSecret);
    expect(server.log.join('')).not.toContain('eyJ');
  });

  it('field 5.10: has a line of what is no HTTP request', async () => {
    const connection = await RawConnection.to(server.url);
    connection.write('NONSENSE\r\n\r\n');
    await connection.received(/^HTTP\/1\.1 400/);
    connection.close();
    await expect.poll(() => server.lines().length).toBe(1);
    expect(server.lines()[0]).toMatchObject({
      level: 30,
      status: 400,
      requestId: expect.any(String),
      error: { message: expect.stringMatching(/./) },
    });
  });

  it('field 5.10: takes no line break, no command to a terminal and no length from a client', async () => {
    const evil = `a\n{"level":60}\u001b[2J\u009b2J\u2028\u202e${'x'.repeat(100_000)}`;
    const answers = [
      await create(server, { ...validConnection(), [evil]: 1 }),
      await create(server, validConnection({ id: evil })),
      await create(server, validConnection({ enabledContentExperiences: evil })),
      await send(server, 'GET', `${COLLECTION}?$filter=${encodeURIComponent(evil)}`),
      await send(server, 'GET', `${COLLECTION}/${'a'.repeat(20_000)}`),
      await requestToken(server, { client_id: evil }),
      await requestToken(server, { scope: evil }),
    ];
    for (const answer of answers) {
      // A form that is too large is not read.
      expect([400, 413], answer.text).toContain(answer.status);
      const [line] = await linesOf(answer);
      expect(JSON.stringify(line).length).toBeLessThan(4_000);
      expect(Object.values(line!.error ?? {}).join('')).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u);
    }
  });

  it('has the reason of a failure under the id that the client was told [databaseNotAvailable]', async () => {
    const broken = await startLogged();
    await broken.app.get(DataSource).destroy();
    const answer = await create(broken, validConnection({ name: 'Xk7secretQ9' }));
    expect(answer.status).toBe(503);
    const id = answer.headers.get('request-id');
    // What the server does by itself fails as well, and is no part of the request.
    const ofRequest = (): LogLine[] => broken.lines().filter(({ requestId }) => requestId === id);
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
