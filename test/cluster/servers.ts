import { freePort } from '../support/program.js';
import { type RunningProgram, startProgram } from '../support/process.js';
import type { Outage } from './outages.js';

/** How long a schema operation is in progress on these servers. */
export const PROVISIONING_MS = 500;

/** More than any load adds, and what `quota` counts down from. */
export const ITEMS_PER_CONNECTION = 1_000_000;

/** Several servers, processes of their own, over one database. */
export class Servers {
  private constructor(
    private readonly programs: RunningProgram[],
    private readonly environments: readonly Readonly<Record<string, string>>[],
  ) {}

  static async start(count: number, databaseUrl: string): Promise<Servers> {
    const environments: Record<string, string>[] = [];
    for (let server = 0; server < count; server++)
      environments.push({
        DATABASE_URL: databaseUrl,
        PORT: String(await freePort()),
        SHOW_SECRET: 'true',
        SCHEMA_PROVISIONING_MS: String(PROVISIONING_MS),
        MAX_CONNECTIONS_PER_TENANT: '1000000',
        MAX_ITEMS_PER_CONNECTION: String(ITEMS_PER_CONNECTION),
      });
    // All at once: one of them migrates, and the others wait for it.
    return new Servers(await Promise.all(environments.map(startProgram)), environments);
  }

  get urls(): string[] {
    return this.programs.map(({ url }) => url);
  }

  /** The secret of the first application, as the server prints it for a person. */
  get application(): { id: string; secret: string; tenant: string } {
    const banner = this.programs[0]!.output();
    const [, id] = /Client id +(\S+)/.exec(banner)!;
    const [, secret] = /Secret +(\S+)/.exec(banner)!;
    const [, tenant] = /Identity .*\/\/[^/]*\/([^/\s]+)/.exec(banner)!;
    return { id: id!, secret: secret!, tenant: tenant! };
  }

  /** What a server said besides its banner: its warnings and errors. */
  output(server: number): string {
    return this.programs[server]!.output().replace(/^[^]*?curl -i .*\n/, '');
  }

  /** `kill -9`, a while without it, and a start at the same address. */
  async killAndStart(server: number, pause: () => Promise<unknown>): Promise<Outage> {
    const from = performance.now();
    await this.programs[server]!.stop('SIGKILL');
    await pause();
    this.programs[server] = await startProgram(this.environments[server]!);
    return { of: server, from, returned: performance.now() };
  }

  async stop(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.stop()));
  }
}
