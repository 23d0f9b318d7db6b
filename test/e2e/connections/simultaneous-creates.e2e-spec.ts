import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { useServer } from '../../support/server.js';

describe('200 simultaneous creates of one id', () => {
  const server = useServer();

  it('give one 201 and 199 conflicts, and leave the connection that was acknowledged', async () => {
    for (let round = 0; round < 3; round++) {
      const id = newId();
      const as = await tokenOf(server, { tenantId: newTenant() });
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          create(server, validConnection({ id, name: `Number ${index}` }), { as }),
        ),
      );
      const created = answers.filter(({ status }) => status === 201);
      expect(created).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(199);
      expect((await read(server, id, { as })).body).toEqual(created[0]!.body);
    }
  });
});
