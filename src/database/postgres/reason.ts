/** The server's codes for a missing role, database or right, shutdown or start, too many connections, and read-only. */
const SERVER_CODES = /^(28|3D|42501|08|53|57|25006|58)/;

/** The codes of the network and of TLS, as Node.js names them; pg's own errors of a connection have no code. */
const NETWORK_CODES = /^(E[A-Z]+|ERR_\w+|[A-Z]+_[A-Z_]+|undefined)$/;

/** Why the database cannot be used, in one line; undefined if a statement is at fault, and so the program. */
export function reasonOf(error: unknown): string | undefined {
  const { driverError, code, message, errors } = error as {
    driverError?: unknown;
    code?: string;
    message?: string;
    errors?: readonly Error[];
  };
  if (driverError !== undefined && driverError !== error) return reasonOf(driverError);
  if (!SERVER_CODES.test(String(code)) && !NETWORK_CODES.test(String(code))) return undefined;
  // A host name with several addresses fails with one error for each address, and no message of its own.
  return message || errors?.map((each) => each.message).join('; ') || code;
}
