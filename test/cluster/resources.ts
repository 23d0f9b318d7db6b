import { pick } from './client.js';

/** The root of everything that the load touches. */
export const CONNECTIONS = '/beta/external/connections';

/** A field, as it is sent and as it is answered. */
interface Field {
  readonly body: (value: string) => Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly of: (body: any) => unknown;
}

const plain = (name: string): Field => ({ body: (value) => ({ [name]: value }), of: (body) => body?.[name] });

/** A kind of resource: how one is created, and its fields, each of which a `PATCH` may change alone. */
export interface Kind {
  readonly name: 'connection' | 'item' | 'group' | 'member';
  /** `POST` to the collection gives `201` once; `PUT` to the address creates or replaces. */
  readonly createdBy: 'POST' | 'PUT';
  readonly fields: Readonly<Record<string, Field>>;
  /** What a body must have besides. */
  readonly besides: Readonly<Record<string, unknown>>;
}

export const CONNECTION: Kind = {
  name: 'connection',
  createdBy: 'POST',
  fields: { name: plain('name'), description: plain('description'), connectorId: plain('connectorId') },
  besides: {},
};

export const ITEM: Kind = {
  name: 'item',
  createdBy: 'PUT',
  fields: {
    properties: {
      body: (value) => ({ properties: { title: value } }),
      of: (body) => body?.properties?.title,
    },
    content: { body: (value) => ({ content: { type: 'text', value } }), of: (body) => body?.content?.value },
    acl: {
      body: (value) => ({ acl: [{ type: 'user', value, accessType: 'grant' }] }),
      of: (body) => body?.acl?.[0]?.value,
    },
  },
  besides: {},
};

export const GROUP: Kind = {
  name: 'group',
  createdBy: 'POST',
  fields: { displayName: plain('displayName'), description: plain('description') },
  besides: {},
};

export const MEMBER: Kind = {
  name: 'member',
  createdBy: 'POST',
  fields: {},
  besides: { type: 'externalGroup' },
};

/** The schema of the connections that have items. */
export const SCHEMA = {
  baseType: 'microsoft.graph.externalItem',
  properties: [{ name: 'title', type: 'string', isRetrievable: true }],
};

let values = 0;

/** A value that nobody else writes. */
export const newValue = (): string => `v${++values}`;

let ids = 0;

/** An id that nobody else uses, beginning with any letter, so that new ones come anywhere in a list. */
export const newId = (): string => `${pick([...'abcdefghijklmnopqrstuvwxyz'])}${++ids}`.padEnd(4, 'x');
