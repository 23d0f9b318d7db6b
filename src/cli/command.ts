import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ConfigurationError } from '../config/configuration.js';
import { tenantIdOf } from '../identity/local/tenant.js';

/** Invalid options. The usage is printed below the message. */
export class UsageError extends Error {}

/** The id of the tenant that `--tenant` names. @throws {UsageError} if it names none */
export function tenantNamed(name: string): string {
  const tenantId = tenantIdOf(name);
  if (tenantId === undefined)
    throw new UsageError(`--tenant ${name}: must be a GUID, or a domain name such as contoso.example`);
  return tenantId;
}

type Options = NonNullable<ParseArgsConfig['options']>;

const COMMON = {
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const satisfies Options;

const COMMON_USAGE = '  --help, --version   this text; the version\n';

type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** A program that a person starts by hand. */
interface Command<O extends Options> {
  /** The first line says what the command does; a line for each option follows. */
  readonly usage: string;
  readonly options: O;
  /** @param rest what follows `--`, if the command takes it */
  readonly run: (values: Values<O>, rest: readonly string[]) => Promise<void>;
  readonly takesRest?: boolean;
  /** The message for an expected error; undefined for any other. */
  readonly sentence?: (error: Error) => string | undefined;
}

const version = (): string => {
  const { name, version: number } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { name: string; version: string };
  return `${name} ${number}`;
};

const isWrongUse = (error: Error): boolean =>
  error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;

/** Cuts the advice that Node.js adds, which is about another mistake. */
const firstSentence = (text: string): string => /^.+?(?=\.\s|\n|$)/s.exec(text)![0].replace(/\.?$/, '.');

/**
 * Runs a command with the options of this process. A failure that a person can mend is printed as a sentence, a fault
 * of the program with its stack; the exit code is 1. `--help` and `--version` print their text and do nothing else.
 */
export async function command<const O extends Options>({
  usage,
  options,
  run,
  takesRest = false,
  sentence = () => undefined,
}: Command<O>): Promise<void> {
  try {
    const { values, positionals } = parseArgs({
      options: { ...options, ...COMMON },
      allowPositionals: takesRest,
    });
    const common = values as Values<typeof COMMON>;
    if (common.help) return void process.stdout.write(usage + COMMON_USAGE);
    if (common.version) return void process.stdout.write(`${version()}\n`);
    await run(values, positionals);
  } catch (thrown) {
    const error = thrown as Error;
    process.exitCode = 1;
    if (isWrongUse(error)) {
      const said = error instanceof UsageError ? error.message : firstSentence(error.message);
      return void process.stderr.write(`${said}\n\n${usage}${COMMON_USAGE}`);
    }
    const said = sentence(error) ?? (error instanceof ConfigurationError ? error.message : error.stack);
    process.stderr.write(`${said}\n`);
  }
}
