import { isIP } from 'node:net';
import {
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  validateSync,
  type ValidationOptions,
} from 'class-validator';

const TRUE_OR_FALSE = ['true', 'false'];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** The message of a rule is the text after "expected" in the error of the start. */
const expected = (message: string): ValidationOptions => ({ message });

const NUMBERS = [
  'PORT',
  'DATABASE_POOL',
  'MAX_CONNECTIONS_PER_TENANT',
  'MAX_ITEMS_PER_CONNECTION',
  'MAX_ITEMS_PER_TENANT',
  'MAX_GROUPS_PER_TENANT',
  'SCHEMA_PROVISIONING_MS',
  'CONNECTION_REMOVAL_MS',
] as const;

const wholeNumber = (value: string): number => (/^\d{1,9}$/.test(value) ? Number(value) : Number.NaN);

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.trim().split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const trustable = (value: string): boolean =>
  /^(true|false|\d{1,2})$/.test(value) || value.split(',').every(isNetwork);

/** The environment as text, with the rule of each variable. Defaults are applied in `configuration.ts`. */
export class Environment {
  @IsOptional()
  @Matches(/^[^\s/]+$/, expected('a host name or an address to listen on, such as 127.0.0.1'))
  HOST?: string;

  @IsOptional()
  @IsInt(expected('a whole number from 0 to 65535 (0 takes a free port)'))
  @Min(0, expected('a whole number from 0 to 65535 (0 takes a free port)'))
  @Max(65_535, expected('a whole number from 0 to 65535 (0 takes a free port)'))
  PORT?: number;

  @IsOptional()
  @Matches(
    /^(sqlite:(?!:memory:).+|postgres(ql)?:\/\/.+)$/,
    expected('sqlite:PATH (a file) or postgres://USER:PASSWORD@HOST:PORT/DATABASE'),
  )
  DATABASE_URL?: string;

  @IsOptional()
  @IsInt(expected('a whole number from 1 to 1000'))
  @Min(1, expected('a whole number from 1 to 1000'))
  @Max(1_000, expected('a whole number from 1 to 1000'))
  DATABASE_POOL?: number;

  @IsOptional()
  @Matches(/^.+$/, expected('a folder'))
  DATA_DIR?: string;

  @IsOptional()
  @IsIn(['local', 'oidc'], expected('local or oidc'))
  IDENTITY?: string;

  @IsOptional()
  @Matches(/^https?:\/\/\S+$/, expected('the address of the issuer, as in the `iss` claim of its tokens'))
  IDENTITY_ISSUER?: string;

  @IsOptional()
  @Matches(/^[^\s,]+(\s*,\s*[^\s,]+)*$/, expected('one or more audiences, separated by commas'))
  IDENTITY_AUDIENCE?: string;

  @IsOptional()
  @Matches(/^.+\.json$/i, expected('the path of a JSON file'))
  LOCAL_APPS?: string;

  @IsOptional()
  @IsIn(TRUE_OR_FALSE, expected('true or false'))
  ALLOW_LOCAL_IDENTITY_ON_NETWORK?: string;

  @IsOptional()
  @Matches(
    /^(\*|https?:\/\/[^\s,/]+(\s*,\s*https?:\/\/[^\s,/]+)*)$/,
    expected('origins such as http://localhost:5173, separated by commas, or *'),
  )
  CORS_ORIGINS?: string;

  @IsOptional()
  @IsIn(LOG_LEVELS, expected(`one of ${LOG_LEVELS.join(', ')}`))
  LOG_LEVEL?: string;

  @IsOptional()
  @IsIn(['auto', 'pretty', 'json'], expected('auto, pretty or json'))
  LOG_FORMAT?: 'auto' | 'pretty' | 'json';

  @IsOptional()
  @IsIn(TRUE_OR_FALSE, expected('true or false'))
  SHOW_SECRET?: string;

  @IsOptional()
  @IsIn(TRUE_OR_FALSE, expected('true or false'))
  EMULATE_KNOWN_ISSUES?: string;

  @IsOptional()
  @IsInt(expected('a whole number of at least 1'))
  @Min(1, expected('a whole number of at least 1'))
  MAX_CONNECTIONS_PER_TENANT?: number;

  @IsOptional()
  @IsInt(expected('a whole number of at least 1'))
  @Min(1, expected('a whole number of at least 1'))
  MAX_ITEMS_PER_CONNECTION?: number;

  @IsOptional()
  @IsInt(expected('a whole number of at least 1'))
  @Min(1, expected('a whole number of at least 1'))
  MAX_ITEMS_PER_TENANT?: number;

  @IsOptional()
  @IsInt(expected('a whole number of at least 1'))
  @Min(1, expected('a whole number of at least 1'))
  MAX_GROUPS_PER_TENANT?: number;

  @IsOptional()
  @IsInt(expected('a whole number of milliseconds'))
  @Min(0, expected('a whole number of milliseconds'))
  SCHEMA_PROVISIONING_MS?: number;

  @IsOptional()
  @IsInt(expected('a whole number of milliseconds'))
  @Min(0, expected('a whole number of milliseconds'))
  CONNECTION_REMOVAL_MS?: number;

  @IsOptional()
  @Matches(/^[A-Za-z0-9]+(\s*,\s*[A-Za-z0-9]+)*$/, expected('ids of connections, separated by commas'))
  FAIL_SCHEMA_OF?: string;

  @IsOptional()
  @IsIn(['on', 'off'], expected('on or off'))
  SERVICE_PROPERTIES?: 'on' | 'off';

  @IsOptional()
  @IsIn(['allowed', 'refused'], expected('allowed or refused'))
  DELEGATED_ITEM_WRITES?: 'allowed' | 'refused';

  @IsOptional()
  @IsIn(['graph', 'off'], expected('graph or off'))
  THROTTLE?: 'graph' | 'off';

  @IsOptional()
  @IsIn(['on', 'off'], expected('on or off'))
  METRICS?: string;

  @IsOptional()
  @IsIn(['self-signed', 'off'], expected('self-signed or off'))
  TLS?: 'self-signed' | 'off';

  @IsOptional()
  @Matches(/^.+$/, expected('the path of a PEM file'))
  TLS_CERT?: string;

  @IsOptional()
  @Matches(/^.+$/, expected('the path of a PEM file'))
  TLS_KEY?: string;

  @IsOptional()
  @Matches(/^[A-Za-z0-9_.-]+(\s*,\s*[A-Za-z0-9_.-]+)*$/, expected('host names, separated by commas'))
  TLS_NAMES?: string;

  @IsOptional()
  @ValidateBy(
    { name: 'trustProxy', validator: { validate: (value) => trustable(String(value)) } },
    expected('true, false, the number of proxies in front, or their addresses, separated by commas'),
  )
  TRUST_PROXY?: string;
}

/** A variable and its value for a message. Hides the password of a database address. */
export const quoteVariable = (name: string, value: unknown): string =>
  `${name}=${JSON.stringify(
    String(value)
      .replace(/^(\w+:\/\/[^:/?]*):.*@/, '$1:***@')
      .replace(/([?&]password=)[^&]*/gi, '$1***'),
  )}`;

/** Reads and checks the variables that this server knows. Empty ones count as unset, unknown ones are ignored. */
export function readEnvironment(source: NodeJS.ProcessEnv): { environment: Environment; problems: string[] } {
  const set = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  ) as Record<string, string>;
  const numbers = NUMBERS.filter((name) => set[name] !== undefined).map((name) => [
    name,
    wholeNumber(set[name]!),
  ]);
  const environment = Object.assign(new Environment(), set, Object.fromEntries(numbers));
  const problems = validateSync(environment).map(
    ({ property, constraints }) =>
      `${quoteVariable(property, set[property])} is invalid: expected ${Object.values(constraints ?? {})[0]}.`,
  );
  return { environment, problems };
}
