import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from './client.js';
import { Collection } from './collection.js';
import { CONNECTION, CONNECTIONS, GROUP, ITEM, MEMBER, SCHEMA } from './resources.js';
import type { Thing } from './thing.js';

const SHARED_CONNECTIONS = 3;
const SHARED_ITEMS = 2;

/** A field that one client writes, or a few, and everybody reads; others write the fields beside it. */
export interface SharedField {
  readonly thing: Thing;
  readonly field: string;
}

/** What the load works on. */
export interface World {
  readonly connections: Collection;
  readonly items: readonly Collection[];
  readonly groups: readonly Collection[];
  readonly members: readonly Collection[];
  /** What is never deleted. */
  readonly shared: readonly Thing[];
  readonly fields: readonly SharedField[];
}

async function made(collection: Collection, client: Client): Promise<Thing> {
  const thing = collection.newThing();
  if (!(await thing.create(client, client.anyServer()))) throw new Error(`${thing.name} could not be made.`);
  return thing;
}

async function takesItems(thing: Thing, client: Client): Promise<void> {
  const path = `${thing.path}/schema`;
  await client.send(0, { kind: 'PATCH schema', method: 'PATCH', path, body: SCHEMA, expected: [202] });
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await thing.read(client, client.anyServer())).answer?.body.state === 'ready') return;
    await wait(50);
  }
  throw new Error(`${thing.name} does not get ready.`);
}

/** Makes what is shared, while nobody else is there. @throws where anything is refused */
export async function makeWorld(client: Client): Promise<World> {
  const connections = new Collection(CONNECTION, CONNECTIONS);
  const shared: Thing[] = [];
  const [items, groups, members]: [Collection[], Collection[], Collection[]] = [[], [], []];
  for (let n = 0; n < SHARED_CONNECTIONS; n++) {
    const connection = await made(connections, client);
    await takesItems(connection, client);
    const ofItems = new Collection(ITEM, `${connection.path}/items`);
    const ofGroups = new Collection(GROUP, `${connection.path}/groups`);
    const group = await made(ofGroups, client);
    shared.push(connection, group);
    for (let item = 0; item < SHARED_ITEMS; item++) shared.push(await made(ofItems, client));
    items.push(ofItems);
    groups.push(ofGroups);
    members.push(new Collection(MEMBER, `${group.path}/members`));
  }
  const fields = shared.flatMap((thing) => thing.fields.map((field) => ({ thing, field })));
  return { connections, items, groups, members, shared, fields };
}
