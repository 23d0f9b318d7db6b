import { chance, type Client, pick } from '../client.js';
import type { Collection } from '../collection.js';
import type { Thing } from '../thing.js';

const ATTEMPTS = 3;
const DELETED = 0.6;
const MOST_CHANGES = 3;

/** Does something until it is acknowledged, each time through another server; some things it may have done twice then. */
export async function insist(
  client: Client,
  attempt: (server: number) => Promise<boolean>,
): Promise<boolean> {
  let server = client.anyServer();
  for (let attempts = 0; attempts < ATTEMPTS; attempts++) {
    if (await attempt(server)) return true;
    server = client.otherServer(server);
  }
  return false;
}

/** Creates a resource, changes it, reads it through other servers than those written to, and deletes it more often than not. */
export async function live(client: Client, collection: Collection): Promise<void> {
  const thing = collection.newThing();
  await insist(client, (server) => thing.create(client, server));
  for (let changes = Math.random() * MOST_CHANGES; changes >= 1; changes--)
    await change(client, thing, collection);
  if (chance(DELETED)) await end(client, thing);
}

async function change(client: Client, thing: Thing, { kind }: Collection): Promise<void> {
  const server = client.anyServer();
  if (kind.createdBy === 'PUT' && chance(0.3)) await thing.create(client, server);
  else await thing.update(client, server, pick(thing.fields));
  await thing.read(client, client.otherServer(server));
}

/** Deletes a resource, and looks for it through other servers. */
export async function end(client: Client, thing: Thing): Promise<void> {
  await insist(client, (server) => thing.delete(client, server));
  await thing.read(client, client.anyServer());
}

/** A member of a group has no address to read it at: lists show it. */
export async function liveAsMember(client: Client, members: Collection): Promise<void> {
  const member = members.newThing();
  await insist(client, (server) => member.create(client, server));
  await members.list(client, () => client.anyServer(), 25);
  if (chance(DELETED)) await insist(client, (server) => member.delete(client, server));
}

/** A draft connection with a group in it, which goes with it. */
export async function liveAsConnection(client: Client, connections: Collection): Promise<void> {
  const connection = connections.newThing();
  await insist(client, (server) => connection.create(client, server));
  if (!connection.isUncertain)
    await client.send(client.anyServer(), {
      kind: 'POST group',
      method: 'POST',
      path: `${connection.path}/groups`,
      body: { id: 'within' },
      expected: [201],
    });
  await change(client, connection, connections);
  if (chance(DELETED)) await end(client, connection);
}
