import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const text = (name: string, isNullable = false) => ({ name, type: 'text', isNullable });
const varchar = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable });
const key = (name: string) => ({ name, type: 'varchar', isPrimary: true });

/** externalConnection, the index of its authorizedAppIds, and the count of each tenant's connections. */
export class Connections1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'external_connection',
        columns: [
          key('tenantId'),
          key('normalizedId'),
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
          varchar('createdDateTime'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'external_connection_authorized_app',
        columns: [key('tenantId'), key('appId'), key('normalizedId')],
      }),
    );
    await runner.createTable(
      new Table({ name: 'tenant', columns: [key('tenantId'), { name: 'connectionCount', type: 'integer' }] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('tenant');
    await runner.dropTable('external_connection_authorized_app');
    await runner.dropTable('external_connection');
  }
}
