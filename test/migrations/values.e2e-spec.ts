import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/config/configuration.js';
import { openDatabase } from '../../src/database/open.js';
import { ConnectionsAndMembers1795700200000 } from '../../src/database/migrations/1795700200000-connections-and-members.js';
import { ENTITIES } from '../../src/entities.js';
import { newId, validConnection } from '../support/connections.js';
import { query, temporaryDatabase, type TestDatabase } from '../support/database.js';

const RESOLVER = { '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver', priority: 1 };

describe('a migration of what is stored', () => {
  let own: TestDatabase;
  let database: DataSource;
  beforeEach(async () => {
    own = await temporaryDatabase(false);
    database = await openDatabase(loadConfiguration(own.environment).database, ENTITIES);
  });
  afterEach(async () => {
    await database.destroy();
    await own.remove();
  });

  /** Undoes every migration from this one on. */
  async function undo({ name }: { name: string }): Promise<void> {
    for (;;) {
      const { name: last } = (
        await database.query('SELECT "name" FROM "migrations" ORDER BY "id" DESC LIMIT 1')
      )[0];
      await database.undoLastMigration();
      if (last === name) return;
    }
  }

  const add = (id: string, flags: string | null, settings: unknown) =>
    query(
      own,
      `INSERT INTO "external_connection"
        ("tenantId", "normalizedId", "connectionKey", "id", "name", "configuration", "enabledContentExperiences",
          "activitySettings", "itemCount", "groupCount", "createdDateTime")
        VALUES ('t', ?, ?, ?, ?, '{}', ?, ?, 0, 0, '2026-01-31T09:15:00.000Z')`,
      [
        id,
        `key ${id}`,
        id,
        validConnection().name,
        flags,
        settings === null ? null : JSON.stringify(settings),
      ],
    );

  const stored = async (id: string) => {
    const columns = '"enabledContentExperiences", "activitySettings"';
    const rows = await query<{ enabledContentExperiences: string; activitySettings: string }>(
      own,
      `SELECT ${columns} FROM "external_connection" WHERE "id" = ?`,
      [id],
    );
    const { enabledContentExperiences, activitySettings } = rows[0]!;
    return [enabledContentExperiences, JSON.parse(activitySettings ?? 'null')];
  };

  it('field 3.8, 3.10: an itemId that is missing becomes empty, and flags lose their blank', async () => {
    await undo(ConnectionsAndMembers1795700200000);
    const [full, plain, other] = [newId(), newId(), newId()];
    await add(full, 'search, compliance', {
      urlToItemResolvers: [RESOLVER, { ...RESOLVER, itemId: null }, { ...RESOLVER, itemId: "{id}'" }],
    });
    await add(plain, null, null);
    await add(other, 'search', { urlToItemResolvers: null });
    await database.runMigrations();
    expect(await stored(full)).toEqual([
      'search,compliance',
      {
        urlToItemResolvers: [
          { ...RESOLVER, itemId: '' },
          { ...RESOLVER, itemId: '' },
          { ...RESOLVER, itemId: "{id}'" },
        ],
      },
    ]);
    expect(await stored(plain)).toEqual([null, null]);
    expect(await stored(other)).toEqual(['search', { urlToItemResolvers: null }]);
    await undo(ConnectionsAndMembers1795700200000);
    expect((await stored(full))[0]).toBe('search, compliance');
  });
});
