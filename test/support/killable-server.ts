import { Agent, request } from 'node:http';
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

  /**
   * On a connection of its own: one that is kept may be closed by the server, since it was idle for long, in the moment in
   * which it is used again. Fails with a TypeError where the program is gone before it answers.
   */
  request(method: string, path: string, body?: object): Promise<Response> {
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(sent && { 'content-type': 'application/json', 'content-length': sent.length }),
    };
    // It does not say that it will close: the server would, before it has read all of a body that it refuses.
    const agent = new Agent({ keepAlive: true });
    return new Promise<Response>((resolve, reject) => {
      const failed = (cause: Error): void => {
        agent.destroy();
        reject(new TypeError(`The server has not answered: ${cause.message}`, { cause }));
      };
      const outgoing = request(this.program.url + path, { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', failed);
        answer.on('end', () => {
          agent.destroy();
          const { statusCode: status = 0, headers: received } = answer;
          const text = chunks.length === 0 ? null : Buffer.concat(chunks);
          resolve(new Response(text, { status, headers: received as Record<string, string> }));
        });
      });
      outgoing.on('error', failed);
      outgoing.end(sent);
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
