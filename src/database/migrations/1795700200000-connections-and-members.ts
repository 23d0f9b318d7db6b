import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createTable } from './portable-table.js';

const key = (name: string) => ({ name, type: 'varchar', isPrimary: true });

/** A resolver of `activitySettings`, as it is stored. */
interface Resolver {
  itemId?: string | null;
}

/** The settings of one connection. */
interface Settings {
  readonly connectionKey: string;
  readonly activitySettings: string;
}

/** The ids of deleted connections, the identity sources of members, and one form of flags and of an `itemId` that is missing. */
export class ConnectionsAndMembers1795700200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'external_connection_taken_id',
      columns: [key('tenantId'), key('normalizedId'), { name: 'freeDateTime', type: 'varchar' }],
    });
    await addColumn(runner, 'external_group_member', {
      name: 'identitySource',
      type: 'varchar',
      isNullable: true,
    });
    await runner.query(
      `UPDATE "external_connection" SET "enabledContentExperiences" = REPLACE("enabledContentExperiences", ', ', ',')`,
    );
    await this.nameItemIds(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE "external_connection" SET "enabledContentExperiences" = REPLACE("enabledContentExperiences", ',', ', ')`,
    );
    await runner.dropColumn('external_group_member', 'identitySource');
    await runner.dropTable('external_connection_taken_id');
  }

  private async nameItemIds(runner: QueryRunner): Promise<void> {
    const rows = (await runner.query(
      `SELECT "connectionKey", "activitySettings" FROM "external_connection" WHERE "activitySettings" IS NOT NULL`,
    )) as Settings[];
    const [settingsAt, keyAt] = [0, 1].map((index) =>
      runner.dataSource.driver.createParameter('value', index),
    );
    for (const { connectionKey, activitySettings } of rows) {
      const settings = JSON.parse(activitySettings) as { urlToItemResolvers?: Resolver[] | null };
      for (const resolver of settings.urlToItemResolvers ?? []) resolver.itemId ??= '';
      await runner.query(
        `UPDATE "external_connection" SET "activitySettings" = ${settingsAt} WHERE "connectionKey" = ${keyAt}`,
        [JSON.stringify(settings), connectionKey],
      );
    }
  }
}
