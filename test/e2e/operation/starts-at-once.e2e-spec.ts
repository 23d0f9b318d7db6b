import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query, temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { ensureBuilt, freePort, pastedToken, Program } from '../../support/program.js';

const SERVERS = 3;

describe('servers that start at once on a database that is empty', () => {
  let own: TestDatabase;
  const programs: Program[] = [];
  beforeAll(async () => {
    await ensureBuilt();
    own = await temporaryDatabase(false);
  });
  afterAll(async () => {
    for (const program of programs) {
      program.signal('SIGKILL');
      await program.outcome();
    }
    await own.remove();
  });

  it('all start, having migrated it once, and take each other’s tokens', async () => {
    const ports = [];
    for (let server = 0; server < SERVERS; server++) ports.push(await freePort());
    programs.push(
      ...ports.map((port) => Program.server({ ...own.environment, PORT: String(port), SHOW_SECRET: 'true' })),
    );
    const banners = await Promise.all(programs.map((program) => program.printed(/^curl .*\n/m)));
    const secrets = banners.map((banner) => /^ *Secret +(.*)$/m.exec(banner)![1]);
    expect(new Set(secrets).size).toBe(1);
    for (const banner of banners) {
      const token = pastedToken(banner);
      for (const port of ports) {
        const list = await fetch(`http://127.0.0.1:${port}/beta/external/connections`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(list.status).toBe(200);
      }
    }
    const migrations = await query<{ name: string }>(own, 'SELECT name FROM migrations');
    expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length);
  });
});
