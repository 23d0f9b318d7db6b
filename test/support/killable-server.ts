import { pastedToken } from './program.js';
import { type RunningProgram, startProgram } from './process.js';
import { temporaryDatabase, type TestDatabase } from './database.js';

/** The program itself on a database of its own, on which it is killed and started again. */
export class KillableServer {
  private constructor(
    readonly database: TestDatabase,
    private readonly environment: Record<string, string>,
    private program: RunningProgram,
    /** Of the first application of the default tenant; the issuer's key outlives the program. */
    private readonly token: string,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<KillableServer> {
    const database = await temporaryDatabase();
    const environment = { ...database.environment, ...settings };
    const program = await startProgram(environment);
    const token = pastedToken(program.output());
    return new KillableServer(database, environment, program, token);
  }

  /** Fails with a TypeError where the program is gone before it answers. */
  request(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.program.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  async json<T = Record<string, unknown>>(path: string): Promise<T> {
    return (await (await this.request('GET', path)).json()) as T;
  }

  async kill(): Promise<void> {
    await this.program.stop('SIGKILL');
  }

  /** At the same address. */
  async restart(): Promise<void> {
    this.program = await startProgram({ ...this.environment, PORT: new URL(this.program.url).port });
  }

  /** Ends it as a user does; its exit code. */
  stop(): Promise<number | null> {
    return this.program.stop();
  }

  async remove(): Promise<void> {
    await this.kill();
    await this.database.remove();
  }
}
