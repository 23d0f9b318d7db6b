const UNIQUE_VIOLATIONS = new Set(['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE', '23505']);

/** Whether a statement failed because such a row exists; the service that sent it knows what that means. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return UNIQUE_VIOLATIONS.has(driverError?.code ?? code ?? '');
}
