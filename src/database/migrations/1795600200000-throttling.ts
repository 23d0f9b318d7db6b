import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable } from './portable-table.js';

/** How often something was called lately. */
export class Throttling1795600200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'throttle_window',
      columns: [
        { name: 'key', type: 'varchar', isPrimary: true },
        { name: 'endDateTime', type: 'varchar' },
        { name: 'calls', type: 'integer' },
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('throttle_window');
  }
}
