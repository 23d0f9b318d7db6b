import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable } from './portable-table.js';

/** What the local issuers of all servers on one PostgreSQL share. */
export class LocalIdentity1795478400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'local_identity',
      columns: [
        { name: 'name', type: 'varchar', isPrimary: true },
        { name: 'secrets', type: 'text' },
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('local_identity');
  }
}
