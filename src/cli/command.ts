import { ConfigurationError } from '../config/configuration-error.js';
import { tenantIdOf } from '../identity/local/tenant.js';

/** Options that cannot be; the usage is shown below it. */
export class UsageError extends Error {}

/** The id of the tenant that `--tenant` names. @throws {UsageError} where it names none */
export function tenantNamed(name: string): string {
  const tenantId = tenantIdOf(name);
  if (tenantId === undefined)
    throw new UsageError(`--tenant ${name}: must be a GUID, or a domain name such as contoso.example`);
  return tenantId;
}

/**
 * Runs a command. What a person can change is said in a sentence, a fault of the program with its stack; both end with 1.
 * @param sentence what the command says of an error of its own; undefined for any other
 */
export function run(
  usage: string,
  main: () => Promise<void>,
  sentence: (error: Error) => string | undefined = () => undefined,
): void {
  main().catch((error: Error) => {
    const wrongUse =
      error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
    const known = wrongUse || error instanceof ConfigurationError;
    const said = sentence(error) ?? (known ? error.message : error.stack);
    process.stderr.write(`${said}\n${wrongUse ? `\n${usage}` : ''}`);
    process.exitCode = 1;
  });
}
