import { send } from '../send.js';
import type { HttpRequest, RunningServer } from '../servers/server.js';
import { jsonServer } from '../servers/json-server.js';
import { createMany } from './connections.js';
import type { Scenario } from './scenario.js';

const ROWS = 10_000;
const PAGE = 100;

interface Page {
  readonly value: readonly { readonly id: string }[];
  readonly '@odata.nextLink'?: string;
}

const request = ({ headers }: RunningServer, path: string): HttpRequest => ({ method: 'GET', path, headers });

/** The requests that a client sends who reads all pages. @throws where they do not show every row once */
async function pagesOf(server: RunningServer): Promise<HttpRequest[]> {
  const pages: HttpRequest[] = [];
  const ids = new Set<string>();
  let path: string | undefined = `${server.collection}?$top=${PAGE}`;
  while (path !== undefined) {
    pages.push(request(server, path));
    const { value, '@odata.nextLink': next } = (await (
      await send(server, pages.at(-1)!, 200)
    ).json()) as Page;
    for (const { id } of value) ids.add(id);
    if (value.length !== PAGE) throw new Error(`list: a page of ${value.length} rows instead of ${PAGE}`);
    path = next?.slice(new URL(next).origin.length);
  }
  if (ids.size !== ROWS)
    throw new Error(`list: ${ids.size} rows on ${pages.length} pages instead of ${ROWS}`);
  return pages;
}

/** All pages of ten thousand connections, a hundred on each, in turn. */
export const list: Scenario = {
  name: 'list',
  expected: 200,
  // It writes the whole file after each change, so that ten thousand rows take minutes.
  unfit: (server) => (server === jsonServer ? 'takes minutes to be filled' : undefined),
  async prepare(running, { keeps }) {
    if (!keeps) return [request(running, `${running.collection}?$top=${PAGE}`)];
    await createMany(running, ROWS);
    return (await pagesOf(running)) as [HttpRequest, ...HttpRequest[]];
  },
};
