/** How long the refusal of a request may take while the database is away. */
export const LONGEST_REFUSAL_MS = 2_000;

/** How long after the database's return a request may still be refused. */
export const BACK_WITHIN_MS = 5_000;

/** A connection that a server had accepted may be found broken a moment after the server is back. */
export const BROKEN_FOR_MS = 250;
