import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { sqliteDriver } from '../../src/database/sqlite/sqlite-driver.js';
import { connectionRoutes } from './connections.js';
import { HEADERS } from './headers.js';
import { itemRoutes } from './items.js';

/**
 * The floor: what this server answers, with nothing in between. No token is checked, no rule is applied, nothing is
 * logged, and a power cut may take the last writes with it (synchronous=NORMAL).
 */
const [port, folder] = process.argv.slice(2);
const database = new (sqliteDriver())(join(folder!, 'floor.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = NORMAL');

const server = fastify();

server.addHook('onRequest', (_request, reply, done) => {
  const requestId = randomUUID();
  void reply.headers(HEADERS).header('request-id', requestId).header('client-request-id', requestId);
  done();
});

const origin = `http://127.0.0.1:${port}`;
connectionRoutes(server, database, origin);
itemRoutes(server, database, origin);

process.once('SIGTERM', () => process.exit());
await server.listen({ port: Number(port), host: '127.0.0.1' });
