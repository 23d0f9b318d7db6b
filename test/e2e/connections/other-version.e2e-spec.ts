import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { batch, creating, inner, JSON_BODY } from '../batch/batches.js';

const template = (id: string) => ({
  id,
  priority: 1,
  layout: { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] },
});

/** What beta alone declares of a connection. */
const OF_BETA = {
  enabledContentExperiences: 'search,compliance',
  complianceSettings: { eDiscoveryResultTemplates: [template('one')] },
};

describe('field 6: what beta alone declares of a connection', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  const update = (id: string, body: unknown, version: string) =>
    send(server, 'PATCH', `/${version}/external/connections/${id}`, { as, body });

  async function assertKept(id: string, kept: object): Promise<void> {
    expect((await read(server, id, { as })).body).toMatchObject(kept);
    for (const shown of [
      (await read(server, id, { as, version: 'v1.0' })).body,
      (await send(server, 'GET', `/v1.0/external/connections?$filter=id eq '${id}'`, { as })).body.value[0],
    ])
      for (const name of Object.keys(OF_BETA)) expect(shown).not.toHaveProperty(name);
  }

  it('is taken by a create in v1.0 and kept, and beta alone answers it', async () => {
    const id = newId();
    const created = await create(server, validConnection({ id, ...OF_BETA }), { as, version: 'v1.0' });
    expect(created.status, created.text).toBe(201);
    for (const name of Object.keys(OF_BETA)) expect(created.body).not.toHaveProperty(name);
    await assertKept(id, OF_BETA);
  });

  it('is taken by an update in v1.0, which unsets it as well, and stays where v1.0 leaves it out', async () => {
    const id = newId();
    await create(server, validConnection({ id }), { as, version: 'v1.0' });
    expect((await update(id, OF_BETA, 'v1.0')).status).toBe(204);
    expect((await update(id, { name: 'Other' }, 'v1.0')).status).toBe(204);
    await assertKept(id, { ...OF_BETA, name: 'Other' });
    expect((await update(id, { enabledContentExperiences: null }, 'v1.0')).status).toBe(204);
    expect((await read(server, id, { as })).body).not.toHaveProperty('enabledContentExperiences');
  });

  it('is taken in a batch of v1.0', async () => {
    const id = newId();
    const answer = await batch(
      server,
      [
        creating('1', validConnection({ id }), { id: '1' }),
        {
          id: '2',
          dependsOn: ['1'],
          method: 'PATCH',
          url: `/external/connections/${id}`,
          headers: JSON_BODY,
          body: OF_BETA,
        },
      ],
      { as, version: 'v1.0' },
    );
    expect([inner(answer, '1').status, inner(answer, '2').status]).toEqual([201, 204]);
    await assertKept(id, OF_BETA);
  });

  it('is checked in v1.0 by its own rules', async () => {
    const id = newId();
    await create(server, validConnection({ id }), { as });
    for (const [body, code] of [
      [{ enabledContentExperiences: 'search,MicrosoftSearch' }, 'InvalidRequest'],
      [{ enabledContentExperiences: 7 }, 'BadRequest'],
      [{ complianceSettings: { colour: 'red' } }, 'BadRequest'],
      [
        {
          complianceSettings: {
            eDiscoveryResultTemplates: [{ ...template('one'), layout: { version: '1.3' } }],
          },
        },
        'InvalidRequest',
      ],
    ] as const)
      for (const answer of [
        await create(server, validConnection(body), { as, version: 'v1.0' }),
        await update(id, body, 'v1.0'),
      ])
        assertGraphError(answer, { status: 400, code });
    expect(
      ids(await send(server, 'GET', "/beta/external/connections?$filter=name ne 'x'", { as })),
    ).toContain(id);
  });

  it.each(['state', 'ingestedItemsCount', 'quota', 'items', 'groups', 'operations', 'schema'])(
    'ignores %s, which the service computes, in both versions',
    async (name) => {
      for (const version of ['beta', 'v1.0']) {
        const created = await create(server, validConnection({ [name]: { any: 1 } }), { as, version });
        expect(created.status, created.text).toBe(201);
        expect((await update(created.body.id as string, { [name]: 'x' }, version)).status).toBe(204);
      }
    },
  );

  it('refuses in both versions what none of them knows', async () => {
    const id = newId();
    await create(server, validConnection({ id }), { as });
    for (const version of ['beta', 'v1.0'])
      for (const answer of [
        await create(server, validConnection({ colour: 'red' }), { as, version }),
        await update(id, { colour: 'red' }, version),
      ])
        assertGraphError(answer, {
          status: 400,
          code: 'BadRequest',
          message:
            "The property 'colour' does not exist on type 'microsoft.graph.externalConnectors.externalConnection'. " +
            'Make sure to only use property names that are defined by the type.',
        });
  });

  it('cannot be asked for in v1.0 [queryPropertyNotFound]', async () => {
    const id = newId();
    await create(server, validConnection({ id, ...OF_BETA }), { as });
    for (const name of [...Object.keys(OF_BETA), 'ingestedItemsCount']) {
      const query = `?$select=${name}`;
      expect((await send(server, 'GET', `/beta/external/connections/${id}${query}`, { as })).status).toBe(
        200,
      );
      for (const path of [`/${id}`, ''])
        assertGraphError(await send(server, 'GET', `/v1.0/external/connections${path}${query}`, { as }), {
          status: 400,
          code: 'BadRequest',
        });
    }
  });
});
