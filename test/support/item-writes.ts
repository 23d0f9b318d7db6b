import { type ApiCall, send } from './http.js';
import { itemPath, patchItem, putItem, validItem } from './items.js';
import type { TestServer } from './server.js';

/** What a write of an item was answered, also inside of a batch. */
interface Written {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** @param body of an item that is valid when the id is new: a PATCH is one of an item that is there */
type Write = (
  server: TestServer,
  connection: string,
  id: string,
  body: Record<string, unknown>,
  call?: ApiCall,
) => Promise<Written>;

/** Makes the item that is then changed. */
export async function there(
  server: TestServer,
  connection: string,
  id: string,
  first: Record<string, unknown>,
): Promise<void> {
  const answer = await putItem(server, connection, id, first);
  if (answer.status !== 200) throw new Error(answer.text);
}

const inBatch =
  (method: string): Write =>
  async (server, connection, id, body, { version = 'beta', ...call } = {}) => {
    const url = itemPath(connection, id, version).slice(`/${version}`.length);
    const request = { id: '1', method, url, headers: { 'Content-Type': 'application/json' }, body };
    const answer = await send(server, 'POST', `/${version}/$batch`, {
      ...call,
      body: { requests: [request] },
    });
    return answer.body.responses[0] as Written;
  };

/** Every way to write an item, and whether the item must be there before. */
export const WRITES: readonly (readonly [how: string, ofExisting: boolean, write: Write])[] = [
  ['PUT of a new item', false, putItem],
  ['PUT of an item that is there', true, putItem],
  ['PATCH', true, patchItem],
  [
    'PUT by keys in parentheses',
    false,
    (server, connection, id, body, { version = 'beta', ...call } = {}) =>
      send(server, 'PUT', `/${version}/external/connections('${connection}')/items('${id}')`, {
        ...call,
        body,
      }),
  ],
  ['PUT in a batch', false, inBatch('PUT')],
  ['PATCH in a batch', true, inBatch('PATCH')],
];

/** Every way to write an item, in each version. */
export const WRITES_IN_VERSIONS = ['beta', 'v1.0'].flatMap((version) =>
  WRITES.map(([how, ofExisting, write]) => ({ how, version, ofExisting, write })),
);

/** An item of these properties. */
export const itemWith = (properties: Record<string, unknown>): Record<string, unknown> =>
  validItem({ properties });
