import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration } from './config/configuration.js';
import { ConnectionEntity, TenantEntity } from './connections/connection.entity.js';
import { Database } from './database/database.js';
import { Clock } from './graph/clock.js';
import { FIRST_APP_ID } from './identity/local/local-apps.js';
import { LocalIssuer } from './identity/local/local-issuer.js';
import { DEFAULT_TENANT } from './identity/local/tenant.js';
import { LocalApps } from './identity/local/token.controller.js';

/** A server is started in the morning, and the line is pasted in the afternoon. */
const DAY_SECONDS = 86_400;

const FOLDER = 'first-request';

const EXAMPLE = { id: 'contosohr', name: 'Contoso HR', description: 'Connection to index Contoso HR system' };

/** In Windows PowerShell, `curl` is another program. */
const CURL = process.platform === 'win32' ? 'curl.exe' : 'curl';

/**
 * A text of one line that all shells read the same, in double quotes. Where it holds what sh would read, which is no
 * path of Windows, it is written for sh.
 */
const quoted = (text: string): string =>
  /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;

/** Slashes, which Windows takes as well, are the same to every shell there. */
const pathOf = (path: string): string => (process.platform === 'win32' ? path.replaceAll('\\', '/') : path);

/**
 * A first request to paste, the same for sh, PowerShell and cmd.exe. These disagree about quotes in quotes, and a token is
 * too long to read past, so headers and body are in files of `DATA_DIR`.
 */
export class FirstRequest {
  constructor(
    private readonly app: NestFastifyApplication,
    private readonly configuration: Configuration,
    private readonly url: string,
  ) {}

  /** What to say of it, and the line itself. */
  async lines(): Promise<string[]> {
    const { identity, server } = this.configuration;
    if (identity.mode === 'oidc') return this.withTokenOf('that issuer');
    // On a network no token lies about that nobody asked for.
    if (!server.isLoopback) return this.withTokenOf('npm run -s token');
    const id = await this.freeId();
    try {
      const headers = this.write(
        'headers',
        `Authorization: Bearer ${await this.token()}\nContent-Type: application/json\n`,
      );
      if (id === undefined)
        return ['A first request lists the connections:', `${CURL} -i -H ${headers} ${this.url}`];
      const body = this.write('connection.json', `${JSON.stringify({ ...EXAMPLE, id }, undefined, 2)}\n`);
      return [
        `A first request creates the connection ${id}; the token in the first file is good for a day:`,
        `${CURL} -i -H ${headers} -d ${body} ${this.url}`,
      ];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      // Nothing else needs the folder on PostgreSQL.
      return this.withTokenOf('npm run -s token');
    }
  }

  private withTokenOf(whom: string): string[] {
    return [
      `A first request lists the connections; TOKEN stands for a token of ${whom}:`,
      `${CURL} -i -H "Authorization: Bearer TOKEN" ${this.url}`,
    ];
  }

  private token(): Promise<string> {
    const { id, name, permissions } = this.app.get(LocalApps).get(FIRST_APP_ID)!;
    return this.app
      .get(LocalIssuer)
      .issue(
        { tenantId: DEFAULT_TENANT, appId: id, appName: name, permissions, lifetimeSeconds: DAY_SECONDS },
        this.app.get(Clock).now(),
      );
  }

  /** Of a connection that can be created; undefined where the tenant has as many as it may. */
  private async freeId(): Promise<string | undefined> {
    const { read } = this.app.get(Database);
    const tenantId = DEFAULT_TENANT;
    const used = (await read.findOneBy(TenantEntity, { tenantId }))?.connectionCount ?? 0;
    if (used >= this.configuration.limits.connectionsPerTenant) return undefined;
    for (const end of ['', '2', '3', '4', '5', '6', '7', '8', '9']) {
      const normalizedId = EXAMPLE.id + end;
      if (!(await read.existsBy(ConnectionEntity, { tenantId, normalizedId }))) return normalizedId;
    }
    return EXAMPLE.id + randomBytes(4).toString('hex');
  }

  /** Writes a file that its owner alone can read; how curl is told to read it. */
  private write(name: string, content: string): string {
    const folder = join(this.configuration.dataDir, FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    // Also one that was there.
    chmodSync(path, 0o600);
    return quoted(`@${pathOf(path)}`);
  }
}
