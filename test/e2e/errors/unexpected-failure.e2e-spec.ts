import { beforeAll, describe, expect, it } from 'vitest';
import { create, read, validConnection } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

describe('a failure that nobody foresaw', () => {
  const server = useServer();
  beforeAll(async () => {
    await query(server, 'DROP TABLE external_connection');
  });

  it('tells the client the request id, and nothing of the inside [unexpectedFailure]', async () => {
    const answers = [
      await create(server),
      await read(server, 'contosohr'),
      await send(server, 'GET', '/v1.0/external/connections'),
    ];
    for (const answer of answers) {
      assertGraphError(answer, {
        status: 500,
        code: 'GeneralException',
        message: 'An unspecified error has occurred.',
        inner: { code: 'UnexpectedFailure' },
      });
      expect(answer.text).not.toContain('external_connection');
    }
  });

  it('undoes what the unit of work had done', async () => {
    await create(server, validConnection());
    expect(await query(server, 'SELECT * FROM tenant')).toEqual([]);
    expect(await query(server, 'SELECT * FROM external_connection_authorized_app')).toEqual([]);
  });
});
