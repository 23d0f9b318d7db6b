import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable } from './portable-table.js';

const varchar = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable });
const key = (name: string) => ({ name, type: 'varchar', isPrimary: true });

/** externalActivity. */
export class Activities1795600300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'external_activity',
      columns: [
        key('connectionKey'),
        key('itemId'),
        key('id'),
        varchar('type'),
        varchar('startDateTime'),
        varchar('performedById', true),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('external_activity');
  }
}
