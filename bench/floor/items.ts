import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';
import { COLLECTION } from './connections.js';

interface Item {
  readonly acl: readonly unknown[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly content: unknown;
}

/** Writes items. A schema is taken and forgotten, and its operation is over at once. */
export function itemRoutes(server: FastifyInstance, database: Database.Database, origin: string): void {
  database.exec(`CREATE TABLE item (
    connection TEXT NOT NULL, id TEXT NOT NULL, acl TEXT NOT NULL, properties TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (connection, id)
  )`);
  const upsert = database.prepare<[string, string, string, string, string]>(
    `INSERT INTO item VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET acl = excluded.acl, properties = excluded.properties, content = excluded.content`,
  );

  server.patch<{ Params: { id: string } }>(`${COLLECTION}/:id/schema`, (request, reply) => {
    const operation = `${origin}${COLLECTION}/${request.params.id}/operations/${randomUUID()}`;
    void reply.code(202).header('location', operation).send();
  });

  server.get<{ Params: { operation: string } }>(
    `${COLLECTION}/:id/operations/:operation`,
    (request, reply) => {
      void reply.send({ id: request.params.operation, status: 'completed' });
    },
  );

  server.put<{ Params: { id: string; item: string }; Body: Item }>(
    `${COLLECTION}/:id/items/:item`,
    (request, reply) => {
      const { id, item } = request.params;
      const { acl, properties, content } = request.body;
      upsert.run(
        id.toLowerCase(),
        item,
        JSON.stringify(acl),
        JSON.stringify(properties),
        JSON.stringify(content),
      );
      void reply.send({
        '@odata.context': `${origin}/beta/$metadata#external/connections('${id}')/items/$entity`,
        id: item,
        acl,
        properties,
        content,
        activities: [],
      });
    },
  );
}
