import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable } from './portable-table.js';

const text = (name: string, isNullable = false) => ({ name, type: 'text', isNullable });
const varchar = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable });
const key = (name: string) => ({ name, type: 'varchar', isPrimary: true });

/** externalItem. */
export class Items1795600250000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'external_item',
      columns: [
        key('connectionKey'),
        key('id'),
        text('acl'),
        text('properties'),
        varchar('contentType', true),
        text('contentValue', true),
        varchar('sensitivityLabelId', true),
        varchar('lastModifiedDateTime'),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('external_item');
  }
}
