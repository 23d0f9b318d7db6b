import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable } from './portable-table.js';

const text = (name: string, isNullable = false) => ({ name, type: 'text', isNullable });
const varchar = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable });
const integer = (name: string) => ({ name, type: 'integer' });
const key = (name: string) => ({ name, type: 'varchar', isPrimary: true });

/** externalConnection, the index of its authorizedAppIds, what is still to be removed, and each tenant's counts. */
export class Connections1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'external_connection',
      columns: [
        key('tenantId'),
        key('normalizedId'),
        varchar('connectionKey'),
        varchar('id'),
        varchar('name'),
        text('description', true),
        varchar('state'),
        text('configuration'),
        varchar('connectorId', true),
        varchar('contentCategory', true),
        varchar('enabledContentExperiences', true),
        text('searchSettings', true),
        text('activitySettings', true),
        text('complianceSettings', true),
        integer('itemCount'),
        varchar('createdDateTime'),
      ],
    });
    await createTable(runner, {
      name: 'external_connection_authorized_app',
      columns: [key('connectionKey'), key('appId')],
    });
    await createTable(runner, {
      name: 'external_connection_removal',
      columns: [key('connectionKey'), varchar('deletedDateTime')],
    });
    await createTable(runner, {
      name: 'tenant',
      columns: [key('tenantId'), integer('connectionCount'), integer('itemCount')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('external_connection_removal');
    await runner.dropTable('tenant');
    await runner.dropTable('external_connection_authorized_app');
    await runner.dropTable('external_connection');
  }
}
