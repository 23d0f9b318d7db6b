import { beforeAll, describe, expect, it } from 'vitest';
import { type CallerOptions, newTenant } from '../../support/callers.js';
import { newId } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { draftConnection, operationPath, operations, register, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const SOME = 5;

describe('listing operations, which no page documents', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let id: string;
  let all: string[];
  beforeAll(async () => {
    id = await draftConnection(server);
    all = [];
    for (let count = 0; count < SOME; count++)
      all.push(
        operationPath(await register(server, id))
          .split('/')
          .at(-1)!,
      );
  });

  const idsOf = (body: { value: { id: string }[] }): string[] => body.value.map((one) => one.id);

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('shows every operation of the connection and no other', async () => {
      await register(server, await draftConnection(server));
      const { body } = await operations(server, id, { version });
      expect(body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections('${id}')/operations`,
        value: all.toSorted().map((one) => ({ id: one, status: 'completed', error: null })),
      });
    });

    it('is empty before the first schema', async () => {
      const draft = await draftConnection(server);
      expect((await operations(server, draft, { version })).body.value).toEqual([]);
    });

    it('obeys $top, $skip, $count and $select', async () => {
      const { body } = await operations(server, id, {
        query: '?$top=2&$skip=1&$count=true&$select=id',
        version,
      });
      expect(body['@odata.count']).toBe(SOME);
      expect(body.value).toEqual(
        all
          .toSorted()
          .slice(1, 3)
          .map((one) => ({ id: one })),
      );
    });

    it('gives an absolute nextLink while more follow', async () => {
      const found: string[] = [];
      let query = '?$top=2';
      for (let pages = 0; query !== '' && pages <= SOME; pages++) {
        const { body } = await operations(server, id, { query, version });
        found.push(...idsOf(body));
        const next: string | undefined = body['@odata.nextLink'];
        if (next !== undefined)
          expect(next).toContain(`${server.url}/${version}/external/connections/${id}/operations?`);
        query = next === undefined ? '' : new URL(next).search;
      }
      expect(found).toEqual(all.toSorted());
    });

    it.each(['$filter=status eq %27failed%27', '$orderby=id', '$expand=error', '$search=x', '$select=name'])(
      'refuses %s',
      async (option) => {
        assertGraphError(await operations(server, id, { query: `?${option}`, version }), {
          status: 400,
          code: 'BadRequest',
        });
      },
    );

    it('has the permissions and the ownership of the single GET', async () => {
      const as: CallerOptions = {
        tenantId: newTenant(),
        permissions: ['ExternalConnection.ReadWrite.OwnedBy'],
      };
      const owned = await draftConnection(server, { as });
      await register(server, owned, validSchema(), { as });
      const list = (caller: object): ReturnType<typeof operations> =>
        operations(server, owned, { as: caller, version });
      expect((await list(as)).body.value).toHaveLength(1);
      expect((await list({ ...as, permissions: ['ExternalConnection.Read.All'] })).status).toBe(200);
      assertGraphError(await list({ ...as, appId: '1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f' }), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'ConnectionNotOwned' },
      });
      assertGraphError(await list({ ...as, permissions: ['ExternalItem.Read.All'] }), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'InsufficientPermissions' },
      });
      for (const answer of [
        await list({ tenantId: newTenant() }),
        await operations(server, newId(), { version }),
      ])
        assertGraphError(answer, {
          status: 404,
          code: 'ItemNotFound',
          inner: { code: 'ResourceNotFound', source: 'Connection' },
        });
    });
  });
});
