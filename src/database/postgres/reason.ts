/** Said by the server: no such role, database or right; shutting down or starting; too many connections; read-only. */
const OF_THE_SERVER = /^(28|3D|42501|08|53|57|25006|58)/;

/** Said by the network or by TLS, of which many errors have a code as Node.js names it, and pg's have none. */
const OF_THE_WAY = /^(E[A-Z]+|ERR_\w+|[A-Z]+_[A-Z_]+|undefined)$/;

/** Why the database cannot be used, in one line; undefined where the fault is a statement's, and so the program's. */
export function reasonOf(error: unknown): string | undefined {
  const { driverError, code, message, errors } = error as {
    driverError?: unknown;
    code?: string;
    message?: string;
    errors?: readonly Error[];
  };
  if (driverError !== undefined && driverError !== error) return reasonOf(driverError);
  if (!OF_THE_SERVER.test(String(code)) && !OF_THE_WAY.test(String(code))) return undefined;
  // A name with several addresses fails with one error for each, and none of its own.
  return message || errors?.map((each) => each.message).join('; ') || code;
}
