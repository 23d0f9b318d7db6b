import { create, ids, newId, validConnection } from './connections.js';
import { routeName } from './contract.js';
import { addMember, createGroup, validGroup, validMember } from './groups.js';
import { type Answer, type Call, send } from './http.js';
import { putItem, validItem } from './items.js';
import { ended, register, validSchema } from './schemas.js';
import type { TestServer } from './server.js';

/** A call of a route that succeeds for whoever may make it. */
export interface Sample {
  readonly success: number;
  readonly body?: () => unknown;
  /** Makes what must be there beside the connection, and gives the keys behind the connection's own, as many as the path has. */
  readonly prepare?: (server: TestServer, connectionId: string, owner: Call) => Promise<readonly string[]>;
  /** Of a route that is not below one connection: asks for that connection. */
  readonly query?: (connectionId: string) => string;
  /** Of such a route: whether the answer shows the connection. */
  readonly shows?: (answer: Answer) => boolean;
}

const CONNECTION = '/external/connections/{id}';

type Prepare = NonNullable<Sample['prepare']>;

function done(answer: Answer, status: number): Answer {
  if (answer.status !== status) throw new Error(answer.text);
  return answer;
}

/** The operation that registers a schema, which has ended. */
const withSchema: Prepare = async (server, id, owner) => {
  const location = done(await register(server, id, validSchema(), owner), 202).headers.get('location')!;
  await ended(server, location, owner);
  return [new URL(location).pathname.split('/').at(-1)!];
};

const withItem: Prepare = async (server, id, owner) => {
  await withSchema(server, id, owner);
  done(await putItem(server, id, 'item1', validItem(), owner), 200);
  return ['item1'];
};

const withGroup: Prepare = async (server, id, owner) => {
  const group = validGroup();
  done(await createGroup(server, id, group, owner), 201);
  return [group.id as string];
};

const withMember: Prepare = async (server, id, owner) => {
  const [group] = (await withGroup(server, id, owner)) as [string];
  const member = validMember();
  done(await addMember(server, id, group, member, owner), 201);
  return [group, member.id as string];
};

const ACTIVITY = {
  '@odata.type': '#microsoft.graph.externalConnectors.externalActivity',
  type: 'viewed',
  startDateTime: '2026-01-31T09:15:00Z',
  performedBy: { id: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566', type: 'user' },
};
const ADDING_ACTIVITIES: Sample = {
  success: 200,
  prepare: withItem,
  body: () => ({ activities: [ACTIVITY] }),
};

const withActivity: Prepare = async (server, id, owner) => {
  const keys = await withItem(server, id, owner);
  const path = `/beta/external/connections/${id}/items/${keys[0]}`;
  done(
    await send(server, 'POST', `${path}/addActivities`, { ...owner, body: { activities: [ACTIVITY] } }),
    200,
  );
  const { value } = done(await send(server, 'GET', `${path}/activities`, owner), 200).body;
  return [...keys, value[0].id as string];
};

const SEARCHING: Sample = {
  success: 200,
  body: () => ({
    requests: [
      {
        entityTypes: ['externalItem'],
        contentSources: ['/external/connections/contosohr'],
        query: { queryString: 'printer' },
      },
    ],
  }),
};

const changedItem = (): unknown => validItem({ properties: { title: `Changed ${newId()}` } });

/** By the names of routes (`routeName`). Every route that needs a permission has one. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  'POST /external/connections': { success: 201, body: () => validConnection() },
  'GET /external': { success: 200 },
  'GET /external/connections': {
    success: 200,
    query: (id) => `?$filter=id eq '${id}'`,
    // The number, of a `/$count`.
    shows: (answer) => (typeof answer.body === 'number' ? answer.body > 0 : ids(answer).length > 0),
  },
  [`GET ${CONNECTION}`]: { success: 200 },
  [`PATCH ${CONNECTION}`]: { success: 204, body: () => ({ name: `Renamed ${newId()}` }) },
  [`DELETE ${CONNECTION}`]: { success: 202 },
  [`GET ${CONNECTION}/quota`]: { success: 200 },
  [`PATCH ${CONNECTION}/schema`]: { success: 202, body: () => validSchema() },
  [`POST ${CONNECTION}/schema`]: { success: 202, body: () => validSchema() },
  [`GET ${CONNECTION}/schema`]: { success: 200, prepare: withSchema },
  [`GET ${CONNECTION}/operations`]: { success: 200 },
  [`GET ${CONNECTION}/operations/{id}`]: { success: 200, prepare: withSchema },
  [`GET ${CONNECTION}/items`]: { success: 200, prepare: withItem },
  [`GET ${CONNECTION}/items/{id}`]: { success: 200, prepare: withItem },
  [`GET ${CONNECTION}/items/{id}/activities`]: { success: 200, prepare: withItem },
  [`GET ${CONNECTION}/items/{id}/activities/{id}`]: { success: 200, prepare: withActivity },
  [`PUT ${CONNECTION}/items/{id}`]: { success: 200, prepare: withItem, body: () => changedItem() },
  [`PATCH ${CONNECTION}/items/{id}`]: { success: 200, prepare: withItem, body: () => changedItem() },
  [`DELETE ${CONNECTION}/items/{id}`]: { success: 204, prepare: withItem },
  [`POST ${CONNECTION}/items/{id}/addactivities`]: ADDING_ACTIVITIES,
  [`POST ${CONNECTION}/items/{id}/microsoft.graph.externalconnectors.addactivities`]: ADDING_ACTIVITIES,
  [`GET ${CONNECTION}/groups`]: { success: 200 },
  [`POST ${CONNECTION}/groups`]: { success: 201, body: () => validGroup() },
  [`GET ${CONNECTION}/groups/{id}`]: { success: 200, prepare: withGroup },
  [`PATCH ${CONNECTION}/groups/{id}`]: {
    success: 204,
    prepare: withGroup,
    body: () => ({ displayName: 'Day shift' }),
  },
  [`DELETE ${CONNECTION}/groups/{id}`]: { success: 204, prepare: withGroup },
  [`GET ${CONNECTION}/groups/{id}/members`]: { success: 200, prepare: withGroup },
  [`POST ${CONNECTION}/groups/{id}/members`]: {
    success: 201,
    prepare: withGroup,
    body: () => validMember(),
  },
  [`GET ${CONNECTION}/groups/{id}/members/{id}`]: { success: 200, prepare: withMember },
  [`DELETE ${CONNECTION}/groups/{id}/members/{id}`]: { success: 204, prepare: withMember },
  'POST /search/query': SEARCHING,
  'POST /search/microsoft.graph.query': SEARCHING,
  'POST /copilot/retrieval': {
    success: 200,
    body: () => ({
      queryString: 'printer',
      dataSource: 'externalItem',
      dataSourceConfiguration: { externalItem: { connections: [{ connectionId: 'contosohr' }] } },
    }),
  },
};

/** @throws Error where a route has none */
export function sampleOf(method: string, path: string): Sample {
  const name = routeName(method, path);
  const sample = SAMPLES[name];
  if (sample === undefined) {
    throw new Error(`'${name}' has no sample call: add one to SAMPLES in test/support/samples.ts.`);
  }
  return sample;
}

/** Makes the connection of a sample and what it needs, and gives the path on which the sample is called. */
export async function prepared(
  server: TestServer,
  { method, path }: { readonly method: string; readonly path: string },
  owner: Call,
  connection: Record<string, unknown>,
): Promise<string> {
  const sample = sampleOf(method, path);
  const made = await create(server, validConnection(connection), owner);
  if (made.status !== 201) throw new Error(made.text);
  const id = made.body.id as string;
  const keys = path.includes(':') ? [id, ...((await sample.prepare?.(server, id, owner)) ?? [])] : [];
  const url = path.replaceAll(/:\w+/g, () => {
    const key = keys.shift();
    if (key === undefined) throw new Error(`The sample of ${method} ${path} has too few keys.`);
    return key;
  });
  return url + (sample.query?.(id) ?? '');
}
