import { GraphError } from '@microsoft/microsoft-graph-client';

/** What is wrong is not the program: its message is all that a person needs. */
export class Complaint extends Error {}

export const hasStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof GraphError && statuses.includes(error.statusCode);

/** An error in one line. The client keeps the body of Graph's answer as text; what helps stands in its `innerError`. */
export function inWords(error: unknown): string {
  // The client makes a GraphError of what its handlers throw, too, and gives it the status -1.
  if (error instanceof GraphError && error.statusCode === -1) return error.message;
  if (error instanceof GraphError) {
    const { innerError, message } = bodyOf(error);
    return `${error.statusCode} ${error.code ?? ''}: ${innerError?.message ?? message ?? error.message}`;
  }
  return error instanceof Complaint ? error.message : String((error as Error).stack ?? error);
}

function bodyOf({ body }: GraphError): { message?: string; innerError?: { message?: string } } {
  try {
    return JSON.parse(String(body)) ?? {};
  } catch {
    return {};
  }
}
