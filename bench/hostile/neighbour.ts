import { randomBytes } from 'node:crypto';
import { PATH } from '../servers/server.js';
import type { Client, Outcome } from './client.js';

const SCHEMA = {
  baseType: 'microsoft.graph.externalItem',
  properties: [{ name: 'title', type: 'string', isSearchable: true, isRetrievable: true, labels: ['title'] }],
};

const item = (title: string): object => ({
  acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
  properties: { title },
  content: { type: 'text', value: 'word '.repeat(200) },
});

export const newId = (): string => `c${randomBytes(10).toString('hex')}`;

/** A connection that takes items. @throws Error where it cannot be made */
export async function readyConnection(client: Client, id = newId()): Promise<string> {
  const created = await client.send('POST', PATH, { id, name: 'Contoso', description: 'x' });
  const registered = await client.send('PATCH', `${PATH}/${id}/schema`, SCHEMA);
  if (created.status !== 201 || registered.status !== 202) throw new Error(created.text + registered.text);
  return id;
}

/** What one tenant, which does nothing but its work, was answered. */
export interface Work {
  readonly milliseconds: number[];
  /** Every answer that was not the right one. */
  readonly errors: Map<string, number>;
}

/** Creates, puts, lists and reads, one after the other, until it is to stop. */
export async function work(
  client: Client,
  connection: string,
  signal: AbortSignal,
  done: Work,
): Promise<void> {
  const expect = (status: number, what: string, outcome: Outcome): void => {
    done.milliseconds.push(outcome.milliseconds);
    if (outcome.status === status) return;
    const error = `${what}: ${outcome.status} ${outcome.text.slice(0, 200)}`;
    done.errors.set(error, (done.errors.get(error) ?? 0) + 1);
  };
  const items = `${PATH}/${connection}/items`;
  while (!signal.aborted) {
    const id = newId();
    expect(201, 'create', await client.send('POST', PATH, { id, name: 'Contoso', description: 'x' }));
    for (let index = 0; index < 5; index++)
      expect(200, 'put', await client.send('PUT', `${items}/i${index}`, item(id)));
    expect(200, 'list connections', await client.send('GET', `${PATH}?$top=20`));
    expect(200, 'list items', await client.send('GET', `${items}?$top=20`));
    expect(200, 'read', await client.send('GET', `${PATH}/${id}`));
    expect(202, 'delete', await client.send('DELETE', `${PATH}/${id}`));
  }
}
