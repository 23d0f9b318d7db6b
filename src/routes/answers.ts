import type { Type } from '@nestjs/common';
import type { ApiResponseOptions } from '@nestjs/swagger';
import type { Envelope } from '../graph/odata/odata-answer.js';

/** What an operation answers when it succeeds: what its document shows, and what OData puts around it. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly shown: ApiResponseOptions;
  readonly envelope?: Envelope;
}

const described = (description: string, type: Type, example?: unknown): ApiResponseOptions => ({
  type,
  description,
  ...(example === undefined ? {} : { example }),
});

/** One entity of a collection. @param collection its path below the version; `{name}` stands for a parameter of the route */
export const entity = (collection: string, type: Type, description: string, example?: unknown): Answer => ({
  status: 200,
  shown: described(description, type, example),
  envelope: { kind: 'entity', collection, type },
});

/** The one entity of its path. */
export const singleton = (path: string, type: Type, description: string): Answer => ({
  status: 200,
  shown: described(description, type),
  envelope: { kind: 'singleton', collection: path, type },
});

/** A new entity of a collection, with its `Location`. */
export const created = (...of: Parameters<typeof entity>): Answer => ({ ...entity(...of), status: 201 });

/**
 * A page of a collection.
 * @param type of the entries; without it they have no address of their own
 * @param body of the answer
 */
export const page = (
  collection: string,
  type: Type | undefined,
  body: Type,
  description: string,
  example?: unknown,
): Answer => ({
  status: 200,
  shown: described(description, body, example),
  envelope: { kind: 'collection', collection, type },
});

/** A body that OData puts nothing around. */
export const plain = (type: Type, description: string, example?: unknown): Answer => ({
  status: 200,
  shown: described(description, type, example),
});

/** No body: what was asked for goes on, or is done. */
export const accepted = (description: string, headers?: ApiResponseOptions['headers']): Answer => ({
  status: 202,
  shown: { description, ...(headers === undefined ? {} : { headers }) },
});

/** No body: it is done. */
export const noContent = (description: string): Answer => ({ status: 204, shown: { description } });
