import type { EntityManager } from 'typeorm';

/** docs/contract/search.md#4. */
export const MOST_GROUPS_OF_USER = 10_000;

const isPostgres = ({ dataSource }: EntityManager): boolean => dataSource.options.type === 'postgres';

/** The texts of a JSON array that is bound as a parameter. */
const textsOf = (parameter: string, postgres: boolean): string =>
  postgres
    ? `(SELECT jsonb_array_elements_text(${parameter}::jsonb))`
    : `(SELECT "value" FROM json_each(${parameter}))`;

const parametersOf = (postgres: boolean): readonly string[] =>
  postgres
    ? ['$1', '$2', '$3']
    : ['(SELECT "a" FROM "asked")', '(SELECT "b" FROM "asked")', '(SELECT "c" FROM "asked")'];

/** better-sqlite3 binds each question mark once, so what is named more than once has a row of its own. */
const asked = (count: 2 | 3, postgres: boolean): string =>
  postgres ? '' : `"asked"(${count === 3 ? '"a", "b", "c"' : '"a", "b"'}) AS (SELECT ${count === 3 ? '?, ?, ?' : '?, ?'})`;

/** As `isExternalGroup` says of a row. */
const IS_EXTERNAL = `(m."type" = 'externalGroup' OR (m."type" = 'group' AND m."identitySource" = 'external'))`;
const IS_DIRECTORY_GROUP = `(m."type" = 'group' AND (m."identitySource" IS NULL OR m."identitySource" <> 'external'))`;
const GROUP_OF_MEMBER = `JOIN "external_group" g ON g."groupKey" = m."groupKey"`;

/**
 * The external groups that hold a member, level by level: parameters are the connection, the user, and the directory groups
 * as a JSON array. The id of a member is compared with case, and found by its normalized form.
 */
export function transitiveGroups(manager: EntityManager): string {
  const postgres = isPostgres(manager);
  const [connection, user, groups] = parametersOf(postgres) as [string, string, string];
  const above = `FROM "held" h JOIN "external_group_member" m
      ON m."connectionKey" = ${connection} AND m."normalizedId" IN (h."id", lower(h."id")) AND m."id" = h."id" AND ${IS_EXTERNAL}`;
  return `WITH RECURSIVE ${postgres ? '' : `${asked(3, postgres)}, `}"held"("id") AS (
    SELECT g."id" FROM "external_group_member" m ${GROUP_OF_MEMBER}
    WHERE m."connectionKey" = ${connection} AND (
      (m."type" = 'user' AND m."normalizedId" = ${user})
      OR (${IS_DIRECTORY_GROUP} AND m."normalizedId" IN ${textsOf(groups, postgres)}))
    UNION
    SELECT g."id" ${above} ${GROUP_OF_MEMBER}
  ) SELECT "id" FROM "held" LIMIT ${MOST_GROUPS_OF_USER}`;
}

/** The memberships of some members: parameters are the connection, and the normalized ids as a JSON array. */
export function stepsUp(manager: EntityManager): string {
  const postgres = isPostgres(manager);
  const [connection, ids] = parametersOf(postgres) as [string, string];
  return `${postgres ? '' : `WITH ${asked(2, postgres)} `}SELECT ${IS_EXTERNAL}, m."type", m."id", g."id" FROM "external_group_member" m ${GROUP_OF_MEMBER}
    WHERE m."connectionKey" = ${connection} AND m."normalizedId" IN ${textsOf(ids, postgres)} ORDER BY g."id"`;
}
