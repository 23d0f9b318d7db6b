import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { PATH } from '../servers/server.js';
import type { Client, Outcome } from './client.js';
import { newId } from './neighbour.js';

const LARGE = 'x'.repeat(3_900_000);
const LARGE_CONNECTIONS = 25;
const CONTENT = { 'content-type': 'application/json' };

const filled = (before: string, unit: (index: number) => string, after: string): string => {
  const units: string[] = [];
  for (let length = before.length + after.length; ;) {
    const next = unit(units.length);
    if ((length += next.length + 1) > 4_000_000) return before + units.join(',') + after;
    units.push(next);
  }
};

/** Who does harm: with a token, and without. */
export interface Attackers {
  readonly known: Client;
  readonly stranger: Client;
}

export interface Attack {
  readonly name: string;
  /** How often it is made at the same moment. */
  readonly atOnce: number;
  readonly make: (attackers: Attackers, large: readonly string[], ready: string) => Promise<Outcome>;
}

/** Connections with as much in them as a body takes. */
export async function largeConnections(client: Client): Promise<string[]> {
  const made: string[] = [];
  for (let index = 0; index < LARGE_CONNECTIONS; index++) {
    const id = newId();
    const { status, text } = await client.send('POST', PATH, { id, name: 'Large', description: LARGE });
    if (status !== 201) throw new Error(text);
    made.push(id);
  }
  return made;
}

/** An expression that takes a reader with backtracking as long as it likes. */
const patternBody = (): object => ({
  id: newId(),
  name: 'Pattern',
  description: 'x',
  activitySettings: {
    urlToItemResolvers: [
      {
        '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver',
        priority: 1,
        itemId: '{id}',
        urlMatchInfo: {
          baseUrls: ['https://contoso.com'],
          urlPattern: '/(?<id>(([a-z]|[a-f0-9]+)+(x|y)*)+)/$',
        },
      },
    ],
  },
});

/** A card of very many elements, each with an expression to read. */
const cardBody = (): object => ({
  id: newId(),
  name: 'Card',
  description: 'x',
  searchSettings: {
    searchResultTemplates: [
      {
        id: 'card',
        priority: 1,
        layout: {
          type: 'AdaptiveCard',
          version: '1.3',
          body: Array.from({ length: 3_000 }, () => ({
            type: 'TextBlock',
            text: `\${if(${'('.repeat(40)}a${')'.repeat(40)}, title, url)}`,
          })),
        },
      },
    ],
  },
});

const FORM = `grant_type=client_credentials&${'a=b&'.repeat(990_000)}`;
const BOMB = gzipSync(Buffer.alloc(60_000_000));
const UNKNOWN = filled('{', (index) => `"unknown${index}":0`, '}');
const FLAGS = `{"id":"flags","name":"x","description":"x","enabledContentExperiences":"${'x,'.repeat(1_900_000)}"}`;
const DOCS = [
  '/docs/%5c',
  '/docs/..',
  '/docs/%00',
  `/docs/${'x'.repeat(5_000)}`,
  '/docs/%zz',
  '/openapi.json',
];

const any = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!;

/** Everything at once. */
export const ATTACKS: readonly Attack[] = [
  { name: 'lists of large connections', atOnce: 8, make: ({ known }) => known.send('GET', PATH) },
  {
    name: 'lists with $expand',
    atOnce: 4,
    make: ({ known }) => known.send('GET', `${PATH}?$expand=${any(['items', 'groups', 'schema'])}`),
  },
  {
    name: 'batches of large reads',
    atOnce: 6,
    make: ({ known }, large) =>
      known.send('POST', '/beta/$batch', {
        requests: Array.from({ length: 20 }, (_, index) => ({
          id: `${index}`,
          method: 'GET',
          url: `/external/connections/${any(large)}`,
        })),
      }),
  },
  {
    name: 'large bodies',
    atOnce: 8,
    make: ({ known }, large) => known.send('PATCH', `${PATH}/${any(large)}`, { description: LARGE }),
  },
  { name: 'hard patterns', atOnce: 4, make: ({ known }) => known.send('POST', PATH, patternBody()) },
  { name: 'hard cards', atOnce: 4, make: ({ known }) => known.send('POST', PATH, cardBody()) },
  { name: 'unknown properties', atOnce: 4, make: ({ known }) => known.send('POST', PATH, UNKNOWN, CONTENT) },
  { name: 'flags', atOnce: 4, make: ({ known }) => known.send('POST', PATH, FLAGS, CONTENT) },
  {
    name: 'gzip bombs',
    atOnce: 4,
    make: ({ known }) => known.send('POST', PATH, BOMB, { ...CONTENT, 'content-encoding': 'gzip' }),
  },
  {
    name: 'forms of 4 MB without a token',
    atOnce: 4,
    make: ({ stranger }) =>
      stranger.send('POST', '/contoso.example/oauth2/v2.0/token', FORM, {
        'content-type': 'application/x-www-form-urlencoded',
      }),
  },
  { name: 'addresses below /docs', atOnce: 4, make: ({ stranger }) => stranger.send('GET', any(DOCS)) },
  {
    name: 'wrong tokens',
    atOnce: 4,
    make: ({ stranger }) =>
      stranger.send('GET', PATH, undefined, { authorization: `Bearer ${'a.'.repeat(50)}` }),
  },
  {
    name: 'many small writes',
    atOnce: 50,
    make: ({ known }, _, ready) =>
      known.send('PUT', `${PATH}/${ready}/items/i${Math.floor(Math.random() * 1_000)}`, {
        acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
        properties: { title: 'x' },
      }),
  },
];

const SILENT = 40;

/** Connections that ask for much and read nothing, and such as send a body that never ends. */
export function silentConnections(url: string, token: string): Socket[] {
  const { hostname, port } = new URL(url);
  const head = `Host: x\r\nAuthorization: Bearer ${token}\r\n`;
  return Array.from({ length: SILENT }, (_, index) => {
    const socket = connect(Number(port), hostname).pause();
    socket.on('error', () => undefined);
    if (index % 2 === 0) socket.write(`GET ${PATH} HTTP/1.1\r\n${head}\r\n`.repeat(4));
    else
      socket.write(
        `POST ${PATH} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 3999999\r\n\r\n{`,
      );
    return socket;
  });
}
