import { readFileSync } from 'node:fs';
import { loadConfiguration } from '../../src/config/configuration.js';
import type { Show } from '../../src/cli/progress.js';
import { exportContent, type ExportOptions } from '../../src/cli/transfer/export-content.js';
import { importContent } from '../../src/cli/transfer/import-content.js';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/entities.js';
import { UPDATE_EXAMPLES, CREATE_EXAMPLES } from '../../src/connections/connections.examples.js';
import { create, newId, validConnection } from './connections.js';
import { query, temporaryDatabase, type TestDatabase } from './database.js';
import { addMember, createGroup, newGroup, validGroup, validMember } from './groups.js';
import { type Answer, send } from './http.js';
import { itemPath, putItem, validItem } from './items.js';
import { operationPath, property, readyConnection, register, validSchema } from './schemas.js';
import { startServer, type TestServer } from './server.js';

type Environment = Readonly<Record<string, string>>;
type Json = Record<string, unknown>;

const CARD = {
  type: 'AdaptiveCard',
  version: '1.3',
  body: [{ type: 'TextBlock', text: '${title} é🙂\u2028' }],
};
const EDISCOVERY_CARD = { ...CARD, version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] };
const TEMPLATE = {
  id: 'one',
  layout: CARD,
  priority: 1,
  rules: [{ property: 'title', operation: 'equals', values: ['a'], valuesJoinedBy: 'or' }],
};
const TYPES = ['string', 'int64', 'double', 'dateTime', 'boolean', 'principal'];
const SCHEMA = validSchema(
  ...[...TYPES, ...TYPES.filter((type) => type !== 'boolean').map((type) => `${type}Collection`)].map(
    (type) => property({ name: type, type }),
  ),
);
/** As text, since JSON.stringify would not write what it says. */
const EXACT_ITEM = `{
  "acl": [{ "type": "everyone", "value": "everyone", "accessType": "grant" }],
  "properties": {
    "string": "\\u2028 \\u0001 \\"\\\\ \\uffff 🙂 12345678901234567",
    "int64": -9223372036854775808, "double": 1.7976931348623157e308, "dateTime": "2026-01-31T09:15:00.1234567Z",
    "boolean": false, "principal": { "upn": "mega@contoso.com", "externalName": "Mega 🙂" },
    "int64Collection@odata.type": "Collection(Int64)", "int64Collection": [9223372036854775807, 9007199254740993, 0],
    "doubleCollection@odata.type": "Collection(Double)", "doubleCollection": [5e-324, -0.0, 1e21, 0.1]
  },
  "content": { "type": "html", "value": "<p>1234567890123456789\\n\\u2029</p>" }
}`;
const ACTIVITY = {
  '@odata.type': '#microsoft.graph.externalConnectors.externalActivity',
  type: 'viewed',
  startDateTime: '2026-01-31T09:15:00Z',
  performedBy: { id: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566', type: 'user' },
};

function done({ status, text }: Answer, ...expected: readonly number[]): void {
  if (!expected.includes(status)) throw new Error(text);
}

/** What `fill` has made, by the paths on which a client reads it. */
export interface Filled {
  readonly items: string;
  readonly item: string;
  readonly paths: readonly string[];
}

/** Content of every kind, through the API; but for a removal, which is over before anybody could see it. */
export async function fill(server: TestServer): Promise<Filled> {
  const { settings } = CREATE_EXAMPLES;
  const connection = await readyConnection(server, { schema: SCHEMA });
  done(await putItem(server, connection, 'exact', EXACT_ITEM), 200);
  for (const id of ['a', 'B', 'b=', 'Z_', '10', '9'])
    done(await putItem(server, connection, id, validItem({ properties: { string: id } })), 200);
  const item = itemPath(connection, 'exact');
  done(
    await send(server, 'POST', `${item}/addActivities`, { body: { activities: [ACTIVITY, ACTIVITY] } }),
    200,
  );

  const full = {
    ...settings.value,
    id: newId(),
    connectorId: 'connector🙂',
    enabledContentExperiences: 'search,compliance',
    searchSettings: { searchResultTemplates: [TEMPLATE] },
    complianceSettings: {
      eDiscoveryResultTemplates: [{ id: 'two', layout: EDISCOVERY_CARD, priority: 1 }],
    },
    ...UPDATE_EXAMPLES.owners.value,
  };
  done(await create(server, full), 201);

  const { connection: grouped, group } = await newGroup(server);
  const nested = validGroup({ displayName: 'é🙂\uffff', description: null });
  done(await createGroup(server, grouped, nested), 201);
  done(await addMember(server, grouped, group, validMember()), 201);
  const older = validMember({ type: 'group', identitySource: 'external' });
  done(await addMember(server, grouped, group, older), 201);
  done(await addMember(server, grouped, group, validMember({ id: nested.id, type: 'externalGroup' })), 201);

  const path = (id: unknown): string => `/beta/external/connections/${String(id)}`;
  return {
    item,
    items: `${path(connection)}/items`,
    paths: [
      item,
      `${path(connection)}/items?$count=true`,
      `${path(connection)}?$expand=schema`,
      `${path(connection)}/operations`,
      path(full.id),
      `${path(grouped)}/groups`,
      `${path(grouped)}/groups/${group}/members`,
    ],
  };
}

/** A schema operation that is in progress for an hour. @returns its path */
export async function beginOperation(environment: Environment): Promise<string> {
  const server = await startServer({ ...environment, SCHEMA_PROVISIONING_MS: '3600000' });
  try {
    const body = validConnection();
    done(await create(server, body), 201);
    const registered = await register(server, body.id as string);
    done(registered, 202);
    return operationPath(registered);
  } finally {
    await server.close();
  }
}

/** What is left of a deleted connection while it is removed, and its id. */
export async function leaveRemoval(where: Pick<TestDatabase, 'environment'>): Promise<void> {
  await query(where, `INSERT INTO "external_connection_removal" VALUES ('gone', '2026-01-31T09:15:00.000Z')`);
  await query(
    where,
    `INSERT INTO "external_connection_taken_id" VALUES ('tenant', 'gone', '2026-01-31T09:15:00.000Z')`,
  );
  await manyItems(where, 'gone', 3, 10);
}

/** Items that no API call takes its time for, below a connection that is none. */
export async function manyItems(
  where: Pick<TestDatabase, 'environment'>,
  connectionKey: string,
  count: number,
  size: number,
): Promise<void> {
  await query(
    where,
    `INSERT INTO "external_item"
      ("connectionKey", "id", "acl", "properties", "contentType", "contentValue", "lastModifiedDateTime")
      WITH RECURSIVE "n"("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM "n" WHERE "i" < CAST(? AS integer))
      SELECT CAST(? AS text), 'many' || CAST("i" AS text), '[]', '{}', 'text', CAST(? AS text), '2026-01-31T09:15:00.000Z'
      FROM "n"`,
    [count, connectionKey, 'x'.repeat(size)],
  );
}

/** A database as a server has made it, with nothing in it. */
export async function madeDatabase(): Promise<TestDatabase> {
  const made = await temporaryDatabase();
  await (await openDatabase(loadConfiguration(made.environment).database, ENTITIES)).destroy();
  return made;
}

/** Shows nothing. */
const silent: Show = () => ({ advance: () => undefined, stop: () => undefined });

export const exportTo = (
  environment: Environment,
  file: string,
  options: Partial<ExportOptions> = {},
  show = silent,
): Promise<number> => exportContent(loadConfiguration(environment), { ...options, file }, show);

export const importFrom = (environment: Environment, file: string, show = silent): Promise<number> =>
  importContent(loadConfiguration(environment), file, show);

/** The lines of a file, without their ends. */
export const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);

/** The rows of a file, by tables. */
export function rowsOf(file: string): Map<string, Json[]> {
  const tables = new Map<string, Json[]>();
  for (const line of linesOf(file)) {
    const { table, row } = JSON.parse(line) as { table?: string; row: Json };
    if (table !== undefined) tables.set(table, [...(tables.get(table) ?? []), row]);
  }
  return tables;
}
