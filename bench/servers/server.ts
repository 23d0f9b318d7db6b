/** One HTTP request, as the load generator and the preparations send it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server that listens, or several that share one database. */
export interface RunningServer {
  /** One for each process; the load goes to them in turn. */
  readonly urls: readonly [string, ...string[]];
  readonly pids: readonly number[];
  /** The processes of the database server that they share, as they are at the moment; without it, each has its own inside. */
  databasePids?(): readonly number[];
  /** Waits until the database has done what it does by itself soon after it was filled. */
  settle?(): Promise<void>;
  /** The path of its connections. */
  readonly collection: string;
  /** What each request must carry. */
  readonly headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A server that the benchmark measures. */
export interface Server {
  readonly name: string;
  /** Whether what was created can be read; a mock server answers with examples. */
  readonly keeps: boolean;
  /**
   * Starts it with empty storage, or with what it left in the folder before, and waits until it answers.
   * @param folder for its files
   * @param nodeOptions for `node` itself
   */
  start(folder: string, nodeOptions?: readonly string[]): Promise<RunningServer>;
}

export const PATH = '/beta/external/connections';
