import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { addColumn, createTable } from './portable-table.js';

const text = (name: string, isNullable = false) => ({ name, type: 'text', isNullable });
const varchar = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable });
const key = (name: string) => ({ name, type: 'varchar', isPrimary: true });

/** Schemas and their operations; the state of a connection follows from them and is no column any more. */
export class Schema1795600000000 implements MigrationInterface {
  private readonly references = ['schemaId', 'schemaIdBefore', 'schemaDateTime', 'readyDateTime'];

  async up(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('external_connection', 'state');
    for (const name of this.references) await addColumn(runner, 'external_connection', varchar(name, true));
    await createTable(runner, {
      name: 'connection_schema',
      columns: [key('connectionKey'), key('schemaId'), text('definition')],
    });
    await createTable(runner, {
      name: 'connection_operation',
      columns: [
        key('connectionKey'),
        key('id'),
        varchar('createdDateTime'),
        varchar('endDateTime'),
        text('error', true),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('connection_operation');
    await runner.dropTable('connection_schema');
    await runner.dropColumns('external_connection', this.references);
    await runner.addColumn('external_connection', new TableColumn(varchar('state', true)));
    await runner.query(`UPDATE "external_connection" SET "state" = 'draft'`);
    await runner.changeColumn(
      'external_connection',
      new TableColumn(varchar('state', true)),
      new TableColumn(varchar('state')),
    );
  }
}
