import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, GraphError, ResponseType } from '@microsoft/microsoft-graph-client';
import { Complaint, hasStatus } from './complaint.js';
import { SCHEMA } from './schema.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Asks again and again, more and more seldom, until there is an answer. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(pause);
  }
}

/** One connection, from its creation until it takes items. */
export class Connection {
  private readonly path: string;

  constructor(
    private readonly graph: Client,
    private readonly id: string,
  ) {
    this.path = `/external/connections/${id}`;
  }

  async exists(): Promise<boolean> {
    return (await this.found(this.path)) !== undefined;
  }

  async create(): Promise<void> {
    await this.graph.api('/external/connections').post({
      id: this.id,
      name: 'Markdown documents',
      description: 'Documents of a folder of Markdown files, with title, path and tags.',
    });
  }

  /** Microsoft Graph deletes in the background; the id is free when the connection is not found any more. */
  async delete(): Promise<void> {
    await this.graph.api(this.path).delete();
    await until(async () => ((await this.exists()) ? undefined : true));
  }

  /**
   * Registers the schema where it is not, or where this version of the connector has more properties, and waits. A run
   * that was killed here is continued: until its operation has ended there can be no other, which is a 409.
   */
  async takesItems(): Promise<void> {
    await until(async () => {
      if (await this.hasSchema()) return true;
      try {
        await this.completed(await this.register());
        return true;
      } catch (error) {
        if (hasStatus(error, 409)) return undefined;
        throw error;
      }
    });
  }

  private async hasSchema(): Promise<boolean> {
    const { state } = (await this.graph.api(this.path).get()) as { state: string };
    if (state === 'draft') return false;
    const schema = await this.found<{ properties: { name: string }[] }>(`${this.path}/schema`);
    const names = new Set(schema?.properties.map(({ name }) => name));
    return SCHEMA.properties.every(({ name }) => names.has(name));
  }

  /**
   * Sends the schema and tells the path of its operation. It is in the Location header, which the client does not hand
   * on with the answer's body: ask for the raw response. With that, an error is not thrown either.
   */
  private async register(): Promise<string> {
    const response = (await this.graph
      .api(`${this.path}/schema`)
      .responseType(ResponseType.RAW)
      .patch(SCHEMA)) as Response;
    if (!response.ok) throw await errorOf(response);
    // The client takes whole addresses of https alone; a path below the version serves both.
    return new URL(response.headers.get('location')!).pathname.replace(/^\/(v1\.0|beta)/, '');
  }

  /** Seconds here, minutes with Microsoft Graph. @throws {Complaint} where the operation failed */
  private async completed(operation: string): Promise<void> {
    const { status, error } = await until(async () => {
      const answer = (await this.graph.api(operation).get()) as {
        status: string;
        error?: { message: string };
      };
      return answer.status === 'inprogress' ? undefined : answer;
    });
    if (status !== 'completed')
      throw new Complaint(`The schema is not registered: ${error?.message ?? status}`);
  }

  private async found<T = unknown>(path: string): Promise<T | undefined> {
    try {
      return (await this.graph.api(path).get()) as T;
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }
}

/** The error that the client would have thrown. */
async function errorOf(response: Response): Promise<GraphError> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return Object.assign(new GraphError(response.status, error.message), {
    code: error.code,
    body: JSON.stringify(error),
  });
}
