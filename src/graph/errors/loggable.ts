interface Loggable {
  readonly type?: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: Loggable;
}

/**
 * A failure as the log may have it: what happened and where, and none of the other members that libraries hang on their
 * errors. TypeORM's carry the parameters of the statement, which are what clients sent.
 */
export function loggable(failure: unknown): Loggable {
  if (!(failure instanceof Error)) return { message: String(failure) };
  const { code } = failure as { code?: string };
  return {
    type: failure.name,
    code,
    message: failure.message,
    stack: failure.stack,
    cause: failure.cause === undefined ? undefined : loggable(failure.cause),
  };
}
