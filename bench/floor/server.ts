import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fastify } from 'fastify';

/**
 * The floor: what this server answers, with nothing in between. No token is checked, no rule is applied, nothing is
 * logged, and a power cut may take the last writes with it (synchronous=NORMAL).
 */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly state: string;
  readonly configuration: string;
}

const COLLECTION = '/beta/external/connections';
const APP_ID = 'd310d35d-72ec-47dd-92f2-fb9c40936555';

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';" +
    "img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';" +
    "style-src 'self' https: 'unsafe-inline';connect-src 'self'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
  'x-ms-ags-diagnostic':
    '{"ServerInfo":{"DataCenter":"Self-hosted","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"graph-connections"}}',
  'cache-control': 'no-cache',
  vary: 'Accept-Encoding',
  'content-type':
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  'odata-version': '4.0',
};

const [port, folder] = process.argv.slice(2);
const database = new Database(join(folder!, 'floor.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = NORMAL');
database.exec(`CREATE TABLE connection (
  key TEXT PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, description TEXT, state TEXT NOT NULL, configuration TEXT NOT NULL
)`);
const insert = database.prepare<[string, string, string, string | null, string, string]>(
  'INSERT INTO connection VALUES (?, ?, ?, ?, ?, ?)',
);
const select = database.prepare<[string], Row>('SELECT * FROM connection WHERE key = ?');

const origin = `http://127.0.0.1:${port}`;

const answer = ({ id, name, description, state, configuration }: Row): object => ({
  '@odata.context': `${origin}/beta/$metadata#external/connections/$entity`,
  id,
  name,
  description,
  state,
  configuration: JSON.parse(configuration) as unknown,
});

const server = fastify();

server.addHook('onRequest', (_request, reply, done) => {
  const requestId = randomUUID();
  void reply.headers(HEADERS).header('request-id', requestId).header('client-request-id', requestId);
  done();
});

server.post<{ Body: Pick<Row, 'id' | 'name' | 'description'> }>(COLLECTION, (request, reply) => {
  const { id, name, description } = request.body;
  const row: Row = {
    id,
    name,
    description,
    state: 'draft',
    configuration: JSON.stringify({ authorizedAppIds: [APP_ID] }),
  };
  insert.run(id.toLowerCase(), id, name, description, row.state, row.configuration);
  void reply.code(201).header('location', `${origin}${COLLECTION}/${id}`).send(answer(row));
});

server.get<{ Params: { id: string } }>(`${COLLECTION}/:id`, (request, reply) => {
  const row = select.get(request.params.id.toLowerCase());
  if (row === undefined) void reply.code(404).send();
  else void reply.send(answer(row));
});

process.once('SIGTERM', () => process.exit());
await server.listen({ port: Number(port), host: '127.0.0.1' });
