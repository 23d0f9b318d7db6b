import type { Client } from './client.js';
import type { Count } from './checker/counts.js';
import { ask, removed } from './database.js';
import { CONNECTIONS } from './resources.js';
import { ITEMS_PER_CONNECTION } from './servers.js';

/** What each connection is said to have, and has. */
const OF_CONNECTIONS = `
  SELECT c.id, c."schemaId" IS NULL AS draft, c."itemCount" AS items, c."groupCount" AS groups,
    (SELECT count(*) FROM external_item i WHERE i."connectionKey" = c."connectionKey") AS "itemRows",
    (SELECT count(*) FROM external_group g WHERE g."connectionKey" = c."connectionKey") AS "groupRows"
  FROM external_connection c`;

/** What the tenant is said to have, and has. */
const OF_TENANTS = `
  SELECT sum("connectionCount") AS connections, sum("itemCount") AS items, sum("groupCount") AS groups,
    (SELECT count(*) FROM external_connection) AS "connectionRows",
    (SELECT count(*) FROM external_item) AS "itemRows",
    (SELECT count(*) FROM external_group) AS "groupRows"
  FROM tenant`;

const BELOW = [
  'external_connection_authorized_app',
  'connection_schema',
  'connection_operation',
  'external_item',
  'external_activity',
  'external_group',
  'external_group_member',
];

/** Rows that belong to no connection. */
const orphans = (table: string): string => `
  SELECT count(*) AS n FROM "${table}" r
  WHERE NOT EXISTS (SELECT 1 FROM external_connection c WHERE c."connectionKey" = r."connectionKey")`;

/** Every count that is kept, as the API and the database tell it, when nobody writes any more. */
export async function countEverything(url: string, client: Client): Promise<Count[]> {
  await removed(url);
  const counts: Count[] = [];
  for (const table of BELOW) {
    const [row] = await ask(url, orphans(table));
    counts.push({ of: `rows of ${table} without a connection`, told: { wanted: 0, rows: Number(row!.n) } });
  }
  const [tenant] = await ask(url, OF_TENANTS);
  for (const what of ['connection', 'item', 'group'])
    counts.push({
      of: `${what}s of the tenant`,
      told: { counted: Number(tenant![`${what}s`]), rows: Number(tenant![`${what}Rows`]) },
    });
  for (let server = 0; server < client.servers; server++) {
    const { answer } = await get(client, server, `${CONNECTIONS}/$count`);
    counts.push({
      of: 'connections of the tenant',
      told: { rows: Number(tenant!.connectionRows), [`/$count of server ${server}`]: Number(answer?.body) },
    });
  }
  for (const row of await ask(url, OF_CONNECTIONS)) counts.push(...(await ofConnection(client, row)));
  return counts;
}

const get = (client: Client, server: number, path: string): ReturnType<Client['send']> =>
  client.send(server, { kind: 'GET count', method: 'GET', path, expected: [200] });

async function ofConnection(client: Client, row: Record<string, unknown>): Promise<Count[]> {
  const path = `${CONNECTIONS}/${String(row.id)}`;
  const items: Record<string, number> = { counted: Number(row.items), rows: Number(row.itemRows) };
  if (row.draft === false) {
    const server = client.anyServer();
    const connection = await get(client, server, path);
    items.ingestedItemsCount = Number(connection.answer?.body?.ingestedItemsCount);
    const quota = await get(client, client.otherServer(server), `${path}/quota`);
    items.quota = ITEMS_PER_CONNECTION - Number(quota.answer?.body?.itemsRemaining);
  }
  return [
    { of: `items of ${String(row.id)}`, told: items },
    {
      of: `groups of ${String(row.id)}`,
      told: { counted: Number(row.groups), rows: Number(row.groupRows) },
    },
  ];
}
