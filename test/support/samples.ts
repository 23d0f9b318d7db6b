import { create, ids, newId, validConnection } from './connections.js';
import type { Answer, Call } from './http.js';
import { register, validSchema } from './schemas.js';
import type { TestServer } from './server.js';
import { routeName } from './contract.js';

/** A call of a route that succeeds for whoever may make it. */
export interface Sample {
  readonly success: number;
  readonly body?: () => unknown;
  /** Makes what must be there beside the connection, and gives the keys of the path behind the connection's own. */
  readonly prepare?: (server: TestServer, connectionId: string, owner: Call) => Promise<readonly string[]>;
  /** Of a route that is not below one connection: asks for that connection. */
  readonly query?: (connectionId: string) => string;
  /** Of such a route: whether the answer shows the connection. */
  readonly shows?: (answer: Answer) => boolean;
}

const CONNECTION = '/external/connections/{id}';

const withSchema = async (server: TestServer, id: string, owner: Call): Promise<string> => {
  const answer = await register(server, id, validSchema(), owner);
  if (answer.status !== 202) throw new Error(answer.text);
  return new URL(answer.headers.get('location')!).pathname.split('/').at(-1)!;
};

/** By the names of routes (`routeName`). Every route that needs a permission has one. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  'POST /external/connections': { success: 201, body: () => validConnection() },
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
  [`GET ${CONNECTION}/schema`]: {
    success: 200,
    prepare: async (...at) => {
      await withSchema(...at);
      return [];
    },
  },
  [`GET ${CONNECTION}/operations`]: { success: 200 },
  [`GET ${CONNECTION}/operations/{id}`]: {
    success: 200,
    prepare: async (...at) => [await withSchema(...at)],
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

/** Makes the connection of a sample, and gives its id and the path on which the sample is called. */
export async function prepared(
  server: TestServer,
  { method, path }: { readonly method: string; readonly path: string },
  owner: Call,
  connection: Record<string, unknown>,
): Promise<{ id: string; url: string }> {
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
  return { id, url: url + (sample.query?.(id) ?? '') };
}
