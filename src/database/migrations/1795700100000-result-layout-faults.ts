import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from './portable-table.js';

/** What was wrong with the cards of a connection when it was created. */
export class ResultLayoutFaults1795700100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'external_connection', {
      name: 'resultLayoutFaults',
      type: 'text',
      isNullable: true,
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('external_connection', 'resultLayoutFaults');
  }
}
