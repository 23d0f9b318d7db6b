import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

describe('the limit of connections', () => {
  const server = useServer({ MAX_CONNECTIONS_PER_TENANT: '3' });

  it('holds for each tenant, also for creates at the same moment [connectionLimitReached]', async () => {
    const as = { tenantId: newTenant() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create(server, validConnection(), { as })),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(answers.length - refused.length).toBe(3);
    for (const answer of refused) {
      assertGraphError(answer, {
        status: 403,
        code: 'QuotaLimitReached',
        message: 'The user has reached their quota limit.',
        inner: {
          code: 'TenantConnectionLimitReached',
          message:
            'The total quota utilization of your tenant has reached its limit. A tenant may have 3 connections.',
        },
      });
    }
    expect(ids(await send(server, 'GET', '/beta/external/connections', { as }))).toHaveLength(3);
    expect((await create(server, validConnection(), { as: { tenantId: newTenant() } })).status).toBe(201);
  });

  it('is not used up by creates that were refused', async () => {
    const as = { tenantId: newTenant() };
    const body = validConnection();
    await create(server, body, { as });
    for (let attempt = 0; attempt < 5; attempt++)
      expect((await create(server, body, { as })).status).toBe(409);
    expect((await create(server, validConnection(), { as })).status).toBe(201);
    expect((await create(server, validConnection(), { as })).status).toBe(201);
    expect((await create(server, validConnection(), { as })).status).toBe(403);
  });
});
