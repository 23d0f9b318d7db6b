import type { EntityManager } from 'typeorm';

/** docs/contract/search.md#4. */
export const MOST_GROUPS_OF_USER = 10_000;

/** A statement and what it binds, in the order of its placeholders. */
type Question = readonly [sql: string, parameters: readonly string[]];

const isPostgres = ({ dataSource }: EntityManager): boolean => dataSource.options.type === 'postgres';

/** As `isExternalGroup` says of a row. */
const IS_EXTERNAL = `(m."type" = 'externalGroup' OR (m."type" = 'group' AND m."identitySource" = 'external'))`;
const IS_DIRECTORY_GROUP = `(m."type" = 'group' AND (m."identitySource" IS NULL OR m."identitySource" <> 'external'))`;
const GROUP_OF_MEMBER = `JOIN "external_group" g ON g."groupKey" = m."groupKey"`;

/** Binds values one after the other, in the way of either database. */
class Binding {
  readonly values: string[] = [];

  constructor(private readonly postgres: boolean) {}

  text(value: string): string {
    this.values.push(value);
    return this.postgres ? `$${this.values.length}` : '?';
  }

  /** Several texts, as one value. */
  texts(values: readonly string[]): string {
    const bound = this.text(JSON.stringify(values));
    return this.postgres
      ? `(SELECT jsonb_array_elements_text(${bound}::jsonb))`
      : `(SELECT "value" FROM json_each(${bound}))`;
  }
}

/**
 * The external groups of a connection that hold a member, level by level. The id of a member is compared with case, and found
 * by its normalized form.
 */
export function transitiveGroups(
  manager: EntityManager,
  connectionKey: string,
  userId: string,
  directoryGroups: readonly string[],
): Question {
  const postgres = isPostgres(manager);
  const binding = new Binding(postgres);
  const holding = (whom: (connection: string) => string): string =>
    `SELECT g."id" FROM "external_group_member" m ${GROUP_OF_MEMBER} WHERE ${whom(binding.text(connectionKey))}`;
  const first = [
    holding(
      (connection) =>
        `m."connectionKey" = ${connection} AND m."type" = 'user' AND m."normalizedId" = ${binding.text(userId)}`,
    ),
    holding(
      (connection) =>
        `m."connectionKey" = ${connection} AND ${IS_DIRECTORY_GROUP} AND m."normalizedId" IN ${binding.texts(directoryGroups)}`,
    ),
  ].join(' UNION ');
  const isAbove = `m."connectionKey" = ${binding.text(connectionKey)}
    AND m."normalizedId" IN ("held"."id", lower("held"."id")) AND m."id" = "held"."id" AND ${IS_EXTERNAL}`;
  // PostgreSQL knows nothing of how many groups there will be, and would read all members for each level; OFFSET keeps it from that.
  const above = postgres
    ? `SELECT "above"."id" FROM "held" CROSS JOIN LATERAL
       (SELECT g."id" FROM "external_group_member" m ${GROUP_OF_MEMBER} WHERE ${isAbove} OFFSET 0) "above"`
    : `SELECT g."id" FROM "held" CROSS JOIN "external_group_member" m ON ${isAbove} ${GROUP_OF_MEMBER}`;
  const sql = `WITH RECURSIVE "held"("id") AS (${first} UNION ${above}) SELECT "id" FROM "held" LIMIT ${MOST_GROUPS_OF_USER}`;
  return [sql, binding.values];
}

/** The memberships of some members, by their normalized ids. */
export function stepsUp(
  manager: EntityManager,
  connectionKey: string,
  normalizedIds: readonly string[],
): Question {
  const binding = new Binding(isPostgres(manager));
  const sql = `SELECT ${IS_EXTERNAL}, m."type", m."id", g."id" FROM "external_group_member" m ${GROUP_OF_MEMBER}
    WHERE m."connectionKey" = ${binding.text(connectionKey)}
      AND m."normalizedId" IN ${binding.texts(normalizedIds)} ORDER BY g."id"`;
  return [sql, binding.values];
}
