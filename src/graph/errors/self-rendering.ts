/** An error whose body is not Graph's: the token endpoint speaks OAuth. */
export interface SelfRendering {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  body(requestId: string, clientRequestId: string, now: Date): string;
}

export const isSelfRendering = (error: unknown): error is SelfRendering =>
  typeof (error as SelfRendering | undefined)?.body === 'function';
