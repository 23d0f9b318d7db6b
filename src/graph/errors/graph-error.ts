/** A place where something is wrong, as listed in `error.details` (docs/contract/api.md#6.1). */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** What the connector service adds to `innerError`; gateway errors have none of it (docs/contract/errors.md#envelope). */
export interface InnerError {
  readonly code: string;
  readonly source?: string;
  readonly message: string;
}

export interface GraphErrorDefinition {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly inner?: InnerError;
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What really happened: for the log, never for the client. */
  readonly cause?: unknown;
}

/** A failure as Microsoft Graph words it. Made by the catalogue alone, so that each situation has one name and one text. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly inner?: InnerError;
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;

  constructor(definition: GraphErrorDefinition) {
    super(definition.message, { cause: definition.cause });
    this.name = 'GraphError';
    this.status = definition.status;
    this.code = definition.code;
    this.inner = definition.inner;
    this.details = definition.details;
    this.headers = definition.headers;
  }
}
