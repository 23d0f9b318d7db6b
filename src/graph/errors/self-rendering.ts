/** An error whose body is not Graph's: the token endpoint speaks OAuth. */
export interface SelfRendering {
  readonly status: number;
  /** For the log, as its message is. */
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  body(requestId: string, clientRequestId: string, now: Date): string;
}

export const isSelfRendering = (error: unknown): error is SelfRendering =>
  typeof (error as SelfRendering | undefined)?.body === 'function';
