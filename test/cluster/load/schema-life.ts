import { setTimeout as wait } from 'node:timers/promises';
import { chance, type Client } from '../client.js';
import type { Collection } from '../collection.js';
import type { Call } from '../history.js';
import { ITEM, SCHEMA } from '../resources.js';
import { PROVISIONING_MS } from '../servers.js';
import type { Thing } from '../thing.js';

/** Two processes of one machine read its clock at different moments, and it has milliseconds. */
const CLOCK_MS = 50;
const POLL_MS = 100;
const DELETED = 0.7;

/**
 * Registers a schema through one server and waits for it through others. That it is in force is an object of the history: it is
 * `seen` when the operation is completed, or the connection ready, on any server; and from the acknowledgement and the time
 * of provisioning on, it must be.
 */
export async function liveWithSchema(client: Client, connections: Collection): Promise<void> {
  const connection = connections.newThing();
  if (!(await connection.create(client, client.anyServer()))) return;
  const registered = await client.send(client.anyServer(), {
    kind: 'PATCH schema',
    method: 'PATCH',
    path: `${connection.path}/schema`,
    body: SCHEMA,
    expected: [202],
  });
  if (registered.answer?.status !== 202) return;
  const { start, end } = registered;
  const object = `${connection.name} schema in force`;
  client.history.claims.push({
    object,
    said: 'put',
    start,
    end: end + PROVISIONING_MS + CLOCK_MS,
    call: registered,
  });
  await completed(client, object, new URL(registered.answer.location!).pathname);
  for (let server = 0; server < client.servers; server++) {
    const { answer, ...call } = await connection.read(client, server);
    if (answer?.status === 200)
      client.history.claim({ ...call, answer }, object, answer.body.state === 'ready' ? 'seen' : 'missed');
  }
  await fillAndDelete(client, connection);
}

async function completed(client: Client, object: string, path: string): Promise<void> {
  for (let failures = 0; failures < 10;) {
    await wait(POLL_MS);
    const request = { kind: 'GET operation', method: 'GET', path, expected: [200] } as const;
    const call = await client.send(client.anyServer(), request);
    if (call.answer?.status !== 200) {
      failures++;
      continue;
    }
    const isCompleted = call.answer.body.status === 'completed';
    client.history.claim(call, object, isCompleted ? 'seen' : 'missed');
    if (isCompleted) return;
    if (performance.now() > call.end + 20 * PROVISIONING_MS) return;
  }
}

/** Items that come while their connection goes: whatever is answered, nothing of them may be left. */
async function fillAndDelete(client: Client, connection: Thing): Promise<void> {
  const put = (id: string, server: number, expected: readonly number[]): Promise<Call> =>
    client.send(server, {
      kind: 'PUT item',
      method: 'PUT',
      path: `${connection.path}/items/${id}`,
      body: Object.assign({}, ...Object.values(ITEM.fields).map(({ body }) => body('within'))) as object,
      expected,
    });
  for (let server = 0; server < client.servers; server++) await put(`before${server}`, server, [200]);
  if (!chance(DELETED)) return;
  await Promise.all([
    connection.delete(client, client.anyServer()),
    ...[0, 1].map((n) => put(`during${n}`, client.anyServer(), [200, 404])),
  ]);
  await connection.read(client, client.anyServer());
}
