import { pick, type Client } from './client.js';
import type { Count } from './checker/counts.js';
import type { World } from './world.js';

const PAGE = 100;

/**
 * Reads everything through each of the servers when nobody writes any more: every list, and each shared resource by its address.
 * What is read becomes part of the history.
 * @returns how many resources each server lists
 */
export async function readEverything(world: World, client: Client): Promise<Count[]> {
  const { connections, items, groups, members, shared } = world;
  const counts: Count[] = [];
  for (const collection of [connections, ...items, ...groups, ...members]) {
    const told: Record<string, number> = {};
    for (let server = 0; server < client.servers; server++)
      told[`listed by server ${server}`] = (await collection.list(client, () => server, PAGE)) ?? -1;
    told['listed by all, page by page'] = (await collection.list(client, () => client.anyServer(), 10)) ?? -1;
    counts.push({ of: collection.path, told });
  }
  for (const thing of [...shared, pick([...connections.things.values()])])
    for (let server = 0; server < client.servers; server++) await thing.read(client, server);
  return counts;
}
