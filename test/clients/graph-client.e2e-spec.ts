import { Client, GraphError, PageIterator, RetryHandlerOptions } from '@microsoft/microsoft-graph-client';
import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../support/callers.js';
import { newId, validConnection } from '../support/connections.js';
import { CLIENT_REQUEST_ID, graphClient } from '../support/graph-client.js';
import { useServer } from '../support/server.js';

const CONNECTIONS = '/external/connections';
const BROKEN_CARD = { type: 'AdaptiveCard', version: '1.3', body: [{ type: 'Paragraph' }] };
const NO_RETRY = new RetryHandlerOptions(0, 0);

/** The error that a call of the client ends in. */
async function failure(call: Promise<unknown>): Promise<GraphError> {
  try {
    await call;
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    return error as GraphError;
  }
  throw new Error('The call did not fail.');
}

describe('@microsoft/microsoft-graph-client', () => {
  const server = useServer();

  const connect = async (version = 'beta') =>
    graphClient(server, await tokenOf(server, { tenantId: newTenant() }), version);

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('creates, reads and lists connections', async () => {
      const { client, wire } = await connect(version);
      const body = validConnection();
      const created = await client.api(CONNECTIONS).post(body);
      expect(created).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections/$entity`,
        ...body,
        state: 'draft',
        configuration: { authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555'] },
      });
      expect(wire.answers[0]!.status).toBe(201);
      expect(await client.api(`${CONNECTIONS}/${String(body.id)}`).get()).toEqual(created);
      const { '@odata.context': _, ...entry } = created;
      expect(await client.api(CONNECTIONS).get()).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections`,
        value: [entry],
      });
    });
  });

  it('chooses the version call by call', async () => {
    const { client } = await connect();
    const body = validConnection({ enabledContentExperiences: 'search, compliance' });
    await client.api(CONNECTIONS).post(body);
    const path = `${CONNECTIONS}/${String(body.id)}`;
    expect(await client.api(path).get()).toHaveProperty('enabledContentExperiences', 'search,compliance');
    expect(await client.api(path).version('v1.0').get()).not.toHaveProperty('enabledContentExperiences');
  });

  it('walks through a list with its page iterator', async () => {
    const { client } = await connect();
    const ids = [newId(), newId(), newId()].toSorted();
    for (const id of ids) await client.api(CONNECTIONS).post(validConnection({ id }));
    const seen: string[] = [];
    const iterator = new PageIterator(client, await client.api(CONNECTIONS).get(), (entry) => {
      seen.push(entry.id);
      return true;
    });
    await iterator.iterate();
    expect(seen).toEqual(ids);
    expect(iterator.isComplete()).toBe(true);
  });

  it('has its request id echoed, and may choose it', async () => {
    const { client, wire } = await connect();
    await client.api(CONNECTIONS).get();
    expect(wire.sent[0]).toHaveProperty('client-request-id', CLIENT_REQUEST_ID);
    expect(wire.answers[0]!.headers.get('client-request-id')).toBe(CLIENT_REQUEST_ID);
    expect(wire.answers[0]!.headers.get('request-id')).not.toBe(CLIENT_REQUEST_ID);
  });

  it.each<
    [status: number, code: string, inner: string | undefined, call: (client: Client) => Promise<unknown>]
  >([
    [
      400,
      'InvalidRequest',
      'InvalidConnectionId',
      (client) => client.api(CONNECTIONS).post(validConnection({ id: 'not-alphanumeric' })),
    ],
    [
      400,
      'BadRequest',
      undefined,
      (client) => client.api(CONNECTIONS).post(validConnection({ colour: 'red' })),
    ],
    [404, 'ItemNotFound', 'ResourceNotFound', (client) => client.api(`${CONNECTIONS}/missing`).get()],
    [400, 'BadRequest', undefined, (client) => client.api('/external/nothing').get()],
  ])('sees a %d %s (%s) as its GraphError', async (status, code, inner, call) => {
    const { client, wire } = await connect();
    const error = await failure(call(client));
    expect({ status: error.statusCode, code: error.code }).toEqual({ status, code });
    const body = JSON.parse(error.body);
    expect(error.message).toBe(body.message);
    expect(error.message).not.toBe('');
    if (inner !== undefined) expect(body.innerError).toMatchObject({ code: inner });
    expect(body.innerError['client-request-id']).toBe(CLIENT_REQUEST_ID);
    expect(error.requestId).toBe(wire.answers[0]!.headers.get('request-id'));
    expect(error.date).toEqual(new Date(body.innerError.date));
  });

  it('sees missing permissions as a 403 that names them', async () => {
    const token = await tokenOf(server, { permissions: ['ExternalItem.Read.All'] });
    const error = await failure(graphClient(server, token).client.api(CONNECTIONS).post(validConnection()));
    expect({ status: error.statusCode, code: error.code }).toEqual({ status: 403, code: 'AccessDenied' });
    expect(JSON.parse(error.body).innerError.message).toContain('ExternalConnection.ReadWrite.All');
  });

  it('sends no token over plain http of its own accord, and is told so', async () => {
    const token = await tokenOf(server);
    const client = Client.init({
      authProvider: (done) => done(null, token),
      baseUrl: server.url,
      defaultVersion: 'beta',
    });
    const error = await failure(client.api(CONNECTIONS).get());
    expect({ status: error.statusCode, code: error.code, message: error.message }).toEqual({
      status: 401,
      code: 'InvalidAuthenticationToken',
      message: 'Access token is empty.',
    });
  });

  describe('with a broken adaptive card (known issue)', () => {
    const withBrokenCard = (): Record<string, unknown> =>
      validConnection({
        searchSettings: { searchResultTemplates: [{ id: 'card', priority: 1, layout: BROKEN_CARD }] },
      });

    it('retries the 503 after Retry-After, and ends in the 409 of its own first call', async () => {
      const { client, wire } = await connect();
      const body = withBrokenCard();
      const error = await failure(client.api(CONNECTIONS).post(body));
      expect({ status: error.statusCode, code: error.code }).toEqual({
        status: 409,
        code: 'NameAlreadyExists',
      });
      expect(wire.answers.map(({ status }) => status)).toEqual([503, 409]);
      expect(wire.sent.map((headers) => headers['Retry-Attempt'])).toEqual([undefined, '1']);
      expect(Number(wire.answers[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await client.api(`${CONNECTIONS}/${String(body.id)}`).get()).toMatchObject({ id: body.id });
    });

    it('sees the 503 itself when it does not retry, and finds the connection', async () => {
      const { client } = await connect();
      const body = withBrokenCard();
      const error = await failure(client.api(CONNECTIONS).middlewareOptions([NO_RETRY]).post(body));
      expect({ status: error.statusCode, code: error.code }).toEqual({
        status: 503,
        code: 'ServiceNotAvailable',
      });
      expect(JSON.parse(error.body).innerError.code).toBe('ResultLayoutFailed');
      expect(error.headers?.get('retry-after')).toMatch(/^\d+$/);
      expect(await client.api(`${CONNECTIONS}/${String(body.id)}`).get()).toMatchObject({ id: body.id });
    });
  });
});
