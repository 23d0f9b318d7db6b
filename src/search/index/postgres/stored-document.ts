import type { EntityManager } from 'typeorm';
import { change } from '../../../database/statement.js';
import { stringifyExactly } from '../../../graph/http/exact-json.js';
import { inTurns, type Steps } from '../../../graph/turns.js';
import { documentOf, type IndexedItem } from '../document.js';
import { tsvectorOf } from './tsvector.js';

/** A principal among the items of one connection. */
export const ofConnection = (connectionKey: string, principal: string): string =>
  `${connectionKey} ${principal}`;

const ADD = `INSERT INTO "search_document" ("connectionKey", "itemId", "granted", "denied", "words", "values")
  VALUES ($1, $2, $3::text[], $4::text[], $5::tsvector, $6::jsonb) ON CONFLICT ("connectionKey", "itemId")`;

/** What is written later has the larger id. */
const PUT = `${ADD} DO UPDATE SET "id" = DEFAULT, "granted" = excluded."granted", "denied" = excluded."denied",
  "words" = excluded."words", "values" = excluded."values"`;
const ADD_UNLESS_THERE = `${ADD} DO NOTHING`;

/** Puts an item into the index, in the place of its older form if there is one. */
export async function storeDocument(manager: EntityManager, item: IndexedItem): Promise<void> {
  await change(manager, PUT, await inTurns(columnsOf(item)));
}

/** Adds an item, unless a newer form of it is there. */
export async function addDocument(manager: EntityManager, item: IndexedItem): Promise<void> {
  await change(manager, ADD_UNLESS_THERE, await inTurns(columnsOf(item)));
}

function* columnsOf(item: IndexedItem): Steps<unknown[]> {
  const { connectionKey, id } = item;
  const document = yield* documentOf(item);
  const named = (principals: readonly string[]): string[] =>
    principals.map((principal) => ofConnection(connectionKey, principal));
  return [
    connectionKey,
    id,
    named(document.granted),
    named(document.denied),
    yield* tsvectorOf(document),
    stringifyExactly(document.values),
  ];
}
