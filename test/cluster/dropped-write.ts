import { type Claim, type History, isCertain } from './history.js';
import { ask } from './database.js';
import type { World } from './world.js';

/** What can be taken from the servers behind their backs, as if an acknowledged write had never been. */
export const DROPS = ['create', 'update', 'delete'] as const;
export type Drop = (typeof DROPS)[number];

function notFound(drop: Drop): never {
  throw new Error(`The load has left no acknowledged ${drop} that could be dropped.`);
}

const claimsOf = ({ claims }: History, object: string, ...said: readonly Claim['said'][]): Claim[] =>
  claims.filter((claim) => claim.object === object && said.includes(claim.said));

/** A connection's name goes back to one that was acknowledged before the last one was sent. */
async function dropUpdate(url: string, history: History, { shared }: World): Promise<string> {
  for (const thing of shared.filter(({ fields }) => fields.includes('name'))) {
    const written = claimsOf(history, thing.register('name'), 'written').filter(isCertain);
    const last = written.toSorted((a, b) => a.start - b.start).at(-1)!;
    const before = written.find(({ end }) => end < last.start);
    if (before === undefined) continue;
    await ask(url, 'UPDATE external_connection SET name = $1 WHERE id = $2', [before.value, thing.id]);
    return thing.register('name');
  }
  return notFound('update');
}

/** An item goes, and is not counted. */
async function dropCreate(url: string, history: History, { items, shared }: World): Promise<string> {
  for (const { things } of items)
    for (const thing of things.values()) {
      const creations = claimsOf(history, thing.name, 'put');
      if (creations.length === 0 || !creations.every(isCertain) || shared.includes(thing)) continue;
      if (claimsOf(history, thing.name, 'deleted').length > 0) continue;
      await ask(
        url,
        `WITH gone AS (DELETE FROM external_item WHERE id = $1 RETURNING "connectionKey"),
           one AS (UPDATE external_connection SET "itemCount" = "itemCount" - 1
             WHERE "connectionKey" IN (SELECT "connectionKey" FROM gone) RETURNING "tenantId")
         UPDATE tenant SET "itemCount" = "itemCount" - 1 WHERE "tenantId" IN (SELECT "tenantId" FROM one)`,
        [thing.id],
      );
      return thing.name;
    }
  return notFound('create');
}

/** A member that was deleted is in its group again. */
async function dropDelete(url: string, history: History, { members }: World): Promise<string> {
  for (const { path, things } of members)
    for (const { name, id } of things.values()) {
      if (!claimsOf(history, name, 'deleted').some(isCertain)) continue;
      await ask(
        url,
        `INSERT INTO external_group_member ("groupKey", "normalizedId", "connectionKey", id, type)
         SELECT "groupKey", $1, "connectionKey", $1, 'externalGroup' FROM external_group WHERE id = $2`,
        [id, path.split('/').at(-2)],
      );
      return name;
    }
  return notFound('delete');
}

/**
 * Undoes one acknowledged write in the database itself, so that a checker that finds nothing has failed.
 * @returns the object of which it must find a fault @throws where there is no such write
 */
export const dropAWrite = (drop: Drop, url: string, history: History, world: World): Promise<string> =>
  ({ create: dropCreate, update: dropUpdate, delete: dropDelete })[drop](url, history, world);
