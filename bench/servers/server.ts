/** One HTTP request, as the load generator and the first check send it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  create(id: string): HttpRequest;
  read(id: string): HttpRequest;
  stop(): Promise<void>;
}

/** A server that the benchmark measures. */
export interface Server {
  readonly name: string;
  /**
   * Starts it with empty storage and waits until it answers.
   * @param folder for its files; it is empty
   * @param nodeOptions for `node` itself
   */
  start(folder: string, nodeOptions?: readonly string[]): Promise<RunningServer>;
}

export const JSON_HEADERS = { 'content-type': 'application/json' };

export const PATH = '/beta/external/connections';

/** The seed document's example, with another id. */
export const connection = (id: string): string =>
  JSON.stringify({ id, name: 'Contoso HR', description: 'Connection to index Contoso HR system' });
