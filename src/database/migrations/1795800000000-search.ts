import { randomUUID } from 'node:crypto';
import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { createTable } from './portable-table.js';

const isPostgres = ({ dataSource }: QueryRunner): boolean => dataSource.options.type === 'postgres';

/** Numbers without gaps, none of them used twice. */
const CHANGES = `CREATE TABLE "search_change" (
  "sequence" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "connectionKey" varchar NOT NULL, "itemId" varchar)`;

/** A row goes when that of its item goes. `id` says which was written later; text is compared by its bytes. */
const DOCUMENTS = `CREATE TABLE "search_document" (
  "connectionKey" varchar COLLATE "C" NOT NULL,
  "itemId" varchar COLLATE "C" NOT NULL,
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "granted" text[] COLLATE "C" NOT NULL,
  "denied" text[] COLLATE "C" NOT NULL,
  "words" tsvector NOT NULL,
  "values" jsonb NOT NULL,
  PRIMARY KEY ("connectionKey", "itemId"),
  FOREIGN KEY ("connectionKey", "itemId") REFERENCES "external_item" ("connectionKey", "id") ON DELETE CASCADE)`;

const MEMBERS = 'external_group_member';
const ofConnection = (): TableIndex =>
  new TableIndex({ name: 'external_group_member_connection', columnNames: ['connectionKey'] });

/** The search index: on SQLite the list of what its file lacks, on PostgreSQL the index itself; and the way up from a member to groups. */
export class Search1795800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'search_build',
      columns: [
        { name: 'name', type: 'varchar', isPrimary: true },
        { name: 'requestId', type: 'varchar' },
        { name: 'position', type: 'text', isNullable: true },
      ],
    });
    const items = (await runner.query('SELECT "id" FROM "external_item" LIMIT 1')) as unknown[];
    await runner.query(
      `INSERT INTO "search_build" ("name", "requestId", "position")
       VALUES ('index', '${randomUUID()}', ${items.length === 0 ? 'NULL' : `'[]'`})`,
    );
    if (isPostgres(runner)) {
      await runner.query(DOCUMENTS);
      await runner.query('CREATE UNIQUE INDEX "search_document_id" ON "search_document" ("id")');
      await runner.query(
        'CREATE INDEX "search_document_words" ON "search_document" USING gin ("words", "granted")',
      );
    } else await runner.query(CHANGES);
    await runner.createIndex(
      'external_group',
      new TableIndex({ name: 'external_group_key', columnNames: ['groupKey'], isUnique: true }),
    );
    await runner.dropIndex(MEMBERS, 'external_group_member_connection');
    await runner.createIndex(
      MEMBERS,
      new TableIndex({
        name: 'external_group_member_identity',
        columnNames: ['connectionKey', 'normalizedId'],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex(MEMBERS, 'external_group_member_identity');
    await runner.createIndex(MEMBERS, ofConnection());
    await runner.dropIndex('external_group', 'external_group_key');
    await runner.query(`DROP TABLE "${isPostgres(runner) ? 'search_document' : 'search_change'}"`);
    await runner.dropTable('search_build');
  }
}
