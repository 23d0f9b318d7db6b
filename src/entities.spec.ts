import { getMetadataArgsStorage } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { ConnectionEntity } from './connections/connection.entity.js';
import { CHILD_TABLES, CONTENT } from './entities.js';

/** The columns that name the owner of a row. */
const OWNERS = ['connectionKey', 'groupKey'];

const { columns } = getMetadataArgsStorage();

const isOwnedBy = (entity: unknown, owner: string): boolean =>
  columns.some(({ target, propertyName }) => target === entity && propertyName === owner);

describe('the tables below a connection', () => {
  const below = CONTENT.filter((entity) => entity !== ConnectionEntity && isOwnedBy(entity, 'connectionKey'));
  const nameOf = (entity: unknown): string => (entity as { readonly name: string }).name;

  it.each(below.map((entity) => ({ name: nameOf(entity), entity })))(
    'has $name in the list of those whose rows are deleted with their connection',
    ({ entity }) => {
      expect(
        CHILD_TABLES.filter((table) => table.entity === entity && table.owner === undefined),
      ).toHaveLength(1);
    },
  );

  it.each(CHILD_TABLES.map((table) => ({ owner: 'connectionKey', ...table, name: nameOf(table.entity) })))(
    'names the whole key of $name below its $owner',
    ({ entity, owner, keys }) => {
      const primary = columns.filter(({ target, options }) => target === entity && options.primary);
      expect(OWNERS).toContain(owner);
      expect(isOwnedBy(entity, owner)).toBe(true);
      expect([...keys, owner]).toEqual(
        expect.arrayContaining(primary.map(({ propertyName }) => propertyName)),
      );
    },
  );
});
