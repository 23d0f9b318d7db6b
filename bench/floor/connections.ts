import type Database from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly state: string;
  readonly configuration: string;
}

export const COLLECTION = '/beta/external/connections';
const APP_ID = 'd310d35d-72ec-47dd-92f2-fb9c40936555';

const body = ({ id, name, description, state, configuration }: Row): object => ({
  id,
  name,
  description,
  state,
  configuration: JSON.parse(configuration) as unknown,
});

/** Creates, reads and lists connections. */
export function connectionRoutes(server: FastifyInstance, database: Database.Database, origin: string): void {
  database.exec(`CREATE TABLE connection (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, description TEXT, state TEXT NOT NULL, configuration TEXT NOT NULL
  )`);
  const insert = database.prepare<[string, string, string, string | null, string, string]>(
    'INSERT INTO connection VALUES (?, ?, ?, ?, ?, ?)',
  );
  const select = database.prepare<[string], Row>('SELECT * FROM connection WHERE key = ?');
  const page = database.prepare<[string, number], Row>(
    'SELECT id, name, description, state, configuration FROM connection WHERE key > ? ORDER BY key LIMIT ?',
  );
  const context = `${origin}/beta/$metadata#external/connections`;

  const answer = (row: Row): object => ({ '@odata.context': `${context}/$entity`, ...body(row) });

  server.post<{ Body: Pick<Row, 'id' | 'name' | 'description'> }>(COLLECTION, (request, reply) => {
    const { id, name, description } = request.body;
    const configuration = JSON.stringify({ authorizedAppIds: [APP_ID] });
    const row: Row = { id, name, description, state: 'draft', configuration };
    insert.run(id.toLowerCase(), id, name, description, row.state, row.configuration);
    void reply.code(201).header('location', `${origin}${COLLECTION}/${id}`).send(answer(row));
  });

  server.get<{ Params: { id: string } }>(`${COLLECTION}/:id`, (request, reply) => {
    const row = select.get(request.params.id.toLowerCase());
    if (row === undefined) void reply.code(404).send();
    else void reply.send(answer(row));
  });

  server.get<{ Querystring: { $top: string; $skiptoken?: string } }>(COLLECTION, (request, reply) => {
    const { $top, $skiptoken = '' } = request.query;
    const size = Number($top);
    // One more than the page has tells whether another follows.
    const rows = page.all(Buffer.from($skiptoken, 'base64url').toString(), size + 1);
    const last = rows.length > size ? rows[size - 1]! : undefined;
    const token = last && Buffer.from(last.id.toLowerCase()).toString('base64url');
    void reply.send({
      '@odata.context': context,
      value: rows.slice(0, size).map(body),
      ...(token && { '@odata.nextLink': `${origin}${COLLECTION}?$top=${$top}&$skiptoken=${token}` }),
    });
  });
}
