import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../support/connections.js';
import { KILLS } from '../../support/exceptions.js';
import { KillableServer } from '../../support/killable-server.js';
import { validSchema } from '../../support/schemas.js';

const AT_ONCE = 4;
const PROVISIONING_MS = 300;

interface Registration {
  readonly id: string;
  readonly location: string;
}

describe('a registration that was answered 202', () => {
  let server: KillableServer;
  beforeAll(async () => {
    server = await KillableServer.start({
      SCHEMA_PROVISIONING_MS: String(PROVISIONING_MS),
      MAX_CONNECTIONS_PER_TENANT: '1000',
    });
  });
  afterAll(() => server.remove());

  /** Registers schemas until the server is gone; what was acknowledged is noted. */
  async function client(acknowledged: Registration[]): Promise<void> {
    for (;;) {
      const id = newId();
      try {
        const created = await server.request('POST', '/beta/external/connections', { id, name: id });
        expect(created.status).toBe(201);
        const path = `/beta/external/connections/${id}/schema`;
        const registered = await server.request('PATCH', path, validSchema());
        expect(registered.status).toBe(202);
        acknowledged.push({ id, location: new URL(registered.headers.get('location')!).pathname });
      } catch (error) {
        // A connection that is cut is the end of this round; a wrong status is not.
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  }

  it('survives kill -9 time and again: the operation completes and the connection is ready', async () => {
    const all: Registration[] = [];
    for (let round = 0; round < KILLS; round++) {
      const acknowledged: Registration[] = [];
      const clients = Array.from({ length: AT_ONCE }, () => client(acknowledged));
      while (acknowledged.length < AT_ONCE) await wait(1);
      await wait((round * 7) % 20);
      await server.kill();
      await Promise.all(clients);
      expect(acknowledged.length).toBeGreaterThanOrEqual(AT_ONCE);
      await server.restart();
      all.push(...acknowledged);
      for (const { location } of acknowledged)
        expect(['inprogress', 'completed']).toContain((await server.json(location)).status);
    }
    await wait(PROVISIONING_MS);
    for (const { id, location } of all) {
      expect(await server.json(location)).toMatchObject({ status: 'completed', error: null });
      const connection = await server.json(`/beta/external/connections/${id}?$expand=schema`);
      expect(connection).toMatchObject({ state: 'ready', schema: { properties: [{ name: 'title' }] } });
    }
    expect(await server.stop()).toBe(0);
  }, 300_000);
});
