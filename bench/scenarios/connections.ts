import { send } from '../send.js';
import { flood } from '../load.js';
import type { HttpRequest, RunningServer } from '../servers/server.js';

const JSON_HEADERS = { 'content-type': 'application/json' };

let created = 0;
/** Unlike every other one of this run. */
export const nextId = (): string => `bench${(created++).toString(36).padStart(8, '0')}`;

/** A request whose body is JSON. */
export const write = (
  { headers }: RunningServer,
  method: HttpRequest['method'],
  path: string,
  body: object,
): HttpRequest => ({
  method,
  path,
  headers: { ...headers, ...JSON_HEADERS },
  body: JSON.stringify(body),
});

/** Creates the seed document's example, with another id. */
export const creation = (server: RunningServer, id = nextId()): HttpRequest =>
  write(server, 'POST', server.collection, {
    id,
    name: 'Contoso HR',
    description: 'Connection to index Contoso HR system',
  });

export const reading = ({ collection, headers }: RunningServer, id: string): HttpRequest => ({
  method: 'GET',
  path: `${collection}/${id}`,
  headers,
});

/** Creates a connection outside of any measurement, and tells its id. */
export async function createOne(server: RunningServer): Promise<string> {
  const id = nextId();
  await send(server, creation(server, id), 201);
  return id;
}

/** Creates many connections outside of any measurement, as fast as the server takes them. */
export const createMany = (server: RunningServer, count: number): Promise<void> =>
  flood(server, () => creation(server), 201, count);
