import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';
import { createTable } from './portable-table.js';

const text = (name: string, isNullable = false) => ({ name, type: 'text', isNullable });
const varchar = (name: string) => ({ name, type: 'varchar' });
const key = (name: string) => ({ name, type: 'varchar', isPrimary: true });
const count = (isNullable = false) => new TableColumn({ name: 'groupCount', type: 'integer', isNullable });

/** External groups, their members and counts; what is to be removed may lie below a group as well. */
export class Groups1795600100000 implements MigrationInterface {
  private readonly counting = ['external_connection', 'tenant'];

  async up(runner: QueryRunner): Promise<void> {
    for (const table of this.counting) {
      await runner.addColumn(table, count(true));
      await runner.query(`UPDATE "${table}" SET "groupCount" = 0`);
      await runner.changeColumn(table, count(true), count());
    }
    await runner.renameColumn('external_connection_removal', 'connectionKey', 'ownerKey');
    await createTable(runner, {
      name: 'external_group',
      columns: [
        key('connectionKey'),
        key('id'),
        varchar('groupKey'),
        text('displayName', true),
        text('description', true),
      ],
    });
    await createTable(runner, {
      name: 'external_group_member',
      columns: [
        key('groupKey'),
        key('normalizedId'),
        varchar('connectionKey'),
        varchar('id'),
        varchar('type'),
      ],
      indices: [new TableIndex({ name: 'external_group_member_connection', columnNames: ['connectionKey'] })],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('external_group_member');
    await runner.dropTable('external_group');
    await runner.renameColumn('external_connection_removal', 'ownerKey', 'connectionKey');
    for (const table of this.counting) await runner.dropColumn(table, 'groupCount');
  }
}
