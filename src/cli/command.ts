import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ConfigurationError } from '../config/configuration.js';
import { tenantIdOf } from '../identity/local/tenant.js';

/** Options that cannot be; the usage is shown below it. */
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

/** Something that a person starts by hand. */
interface Command<O extends Options> {
  /** What it does, and its options but `--help` and `--version`, in lines. */
  readonly usage: string;
  readonly options: O;
  /** @param rest what follows `--`, if the command takes it */
  readonly run: (values: Values<O>, rest: readonly string[]) => Promise<void>;
  readonly takesRest?: boolean;
  /** What it says of an error of its own; undefined for any other. */
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

/** Without the advice that Node.js adds, which is about another mistake. */
const firstSentence = (text: string): string => /^.+?(?=\.\s|\n|$)/s.exec(text)![0].replace(/\.?$/, '.');

/**
 * Runs a command with the options of this process. What a person can change is said in a sentence, a fault of the
 * program with its stack; both end with 1. `--help` and `--version` end with 0, and nothing is done.
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
