import {
  BatchRequestContent,
  type BatchRequestStep,
  BatchResponseContent,
} from '@microsoft/microsoft-graph-client';
import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { validConnection } from '../../support/connections.js';
import { graphClient } from '../../support/graph-client.js';
import { useServer } from '../../support/server.js';

const CONNECTIONS = 'https://graph.microsoft.com/external/connections';

const request = (method: string, url: string, body?: unknown): Request =>
  new Request(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });

describe.each(['beta', 'v1.0'])('the batch of @microsoft/microsoft-graph-client in %s', (version) => {
  const server = useServer();

  async function answered(steps: BatchRequestStep[]): Promise<BatchResponseContent> {
    const { client } = graphClient(server, await tokenOf(server, { tenantId: newTenant() }), version);
    const content = await new BatchRequestContent(steps).getContent();
    return new BatchResponseContent(await client.api('/$batch').post(content));
  }

  it('creates, changes, reads and deletes one after the other', async () => {
    const body = validConnection();
    const url = `${CONNECTIONS}/${String(body.id)}`;
    const answers = await answered([
      { id: '1', request: request('POST', CONNECTIONS, body) },
      { id: '2', request: request('PATCH', url, { name: 'Renamed' }), dependsOn: ['1'] },
      { id: '3', request: request('GET', url), dependsOn: ['2'] },
      { id: '4', request: request('DELETE', url), dependsOn: ['3'] },
    ]);
    expect([...answers.getResponses().values()].map(({ status }) => status)).toEqual([201, 204, 200, 202]);
    const created = answers.getResponseById('1');
    expect(created.headers.get('location')).toBe(
      `${server.url}/${version}/external/connections/${String(body.id)}`,
    );
    expect(await created.json()).toMatchObject(body);
    expect(await answers.getResponseById('2').text()).toBe('');
    expect(await answers.getResponseById('3').json()).toMatchObject({ ...body, name: 'Renamed' });
    expect(await answers.getResponseById('4').text()).toBe('');
  });

  it('makes requests side by side, and reads the errors of each', async () => {
    const answers = await answered([
      { id: 'a', request: request('GET', CONNECTIONS) },
      { id: 'b', request: request('GET', `${CONNECTIONS}/nosuchconnection`) },
      { id: 'c', request: request('POST', CONNECTIONS, { name: 'x' }) },
    ]);
    expect(await answers.getResponseById('a').json()).toHaveProperty('value', []);
    const missing = answers.getResponseById('b');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toHaveProperty('error.innerError.message', "'Connection' was not found.");
    expect(answers.getResponseById('c').status).toBe(400);
  });
});
