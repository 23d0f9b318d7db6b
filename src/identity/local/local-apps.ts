import { readFileSync } from 'node:fs';
import type { JsonWebKey } from 'node:crypto';
import {
  IsArray,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  MinLength,
  ValidateBy,
  validateSync,
} from 'class-validator';
import { ConfigurationError } from '../../config/configuration.js';
import { GUID } from '../../graph/odata/edm-values.js';
import { type Permission, PERMISSIONS } from '../permissions/permissions.js';
import { type ClientKey, keyOfCertificate, publicKeyOf } from './client-key.js';

/** The application of the seed document's example, registered from the start. */
export const FIRST_APP_ID = 'd310d35d-72ec-47dd-92f2-fb9c40936555';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An application that may ask the local issuer for tokens. */
export class LocalApp {
  @Matches(GUID, { message: 'id must be a GUID' })
  id: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  secret?: string;

  /** The secret is refused from this time on. A date without a time means 00:00 UTC. */
  @IsOptional()
  @IsISO8601(
    { strict: true, strictSeparator: true },
    { message: 'secretExpires must be a date of ISO 8601, such as 2026-12-31 or 2026-12-31T23:59:59Z' },
  )
  secretExpires?: string;

  /** In PEM, or the path of a file with it. */
  @IsOptional()
  @IsString()
  certificate?: string;

  /** A JWK, in PEM, or the path of a file with it. */
  @IsOptional()
  @ValidateBy(
    {
      name: 'publicKey',
      validator: { validate: (value) => typeof value === 'string' || isObject(value) },
    },
    { message: 'publicKey must be a JWK, or text in PEM' },
  )
  publicKey?: string | JsonWebKey;

  @IsOptional()
  @IsString()
  name?: string;

  @IsArray()
  @IsIn(PERMISSIONS, { each: true, message: `each of permissions must be one of ${PERMISSIONS.join(', ')}` })
  permissions: Permission[];

  /** Made of `certificate` or `publicKey` when the file is read. */
  declare key?: ClientKey;
}

/** An entry of the file, not yet checked. A member that is null counts as missing; `__proto__` would replace the class. */
function appOf(entry: unknown): LocalApp {
  const members = isObject(entry) ? Object.entries(entry).filter(([, value]) => value !== null) : [];
  return Object.assign(new LocalApp(), Object.fromEntries(members.filter(([name]) => name !== '__proto__')));
}

const LONE = 'certificate and publicKey cannot be used together';

/** Reads the certificate or the public key of an application. @returns what is wrong with it */
function readKey(app: LocalApp, path: string): string[] {
  const { certificate, publicKey } = app;
  if (certificate !== undefined && publicKey !== undefined) return [LONE];
  try {
    if (typeof certificate === 'string') app.key = keyOfCertificate(certificate, path);
    if (typeof publicKey === 'string' || isObject(publicKey)) app.key = publicKeyOf(publicKey, path);
    return [];
  } catch (error) {
    const name = certificate === undefined ? 'publicKey' : 'certificate';
    return [`${name} cannot be used: ${(error as Error).message}`];
  }
}

function faultsOf(app: LocalApp, before: readonly LocalApp[], path: string): string[] {
  const errors = validateSync(app, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  const isDouble = before.some(
    ({ id }) => typeof id === 'string' && id.toLowerCase() === app.id?.toLowerCase(),
  );
  const hasCredential = [app.secret, app.certificate, app.publicKey].some((value) => value !== undefined);
  return [
    ...errors.flatMap(({ constraints }) => Object.values(constraints ?? {})),
    ...(hasCredential ? [] : ['a secret, a certificate or a publicKey is required']),
    ...(app.secretExpires !== undefined && app.secret === undefined ? ['secretExpires needs a secret'] : []),
    ...readKey(app, path),
    ...(isDouble ? [`id ${app.id} appears twice`] : []),
  ];
}

/**
 * The applications of the LOCAL_APPS file; none if the variable is not set.
 * @throws {ConfigurationError} that names every fault of the file
 */
export function registeredApps(path: string | undefined): readonly LocalApp[] {
  if (path === undefined) return [];
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigurationError([
      `LOCAL_APPS="${path}" cannot be read as JSON: ${(error as Error).message}`,
    ]);
  }
  if (!Array.isArray(json)) {
    throw new ConfigurationError([
      `LOCAL_APPS="${path}" must contain an array of { id, secret, name?, permissions }.`,
    ]);
  }
  const apps = json.map(appOf);
  const problems = apps.flatMap((app, index) =>
    faultsOf(app, apps.slice(0, index), path).map(
      (fault) => `LOCAL_APPS="${path}", entry ${index}: ${fault}.`,
    ),
  );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return apps;
}

/** The applications that may ask for tokens, by id: the first one with every permission, and the registered ones. */
export function localApps(
  clientSecret: string,
  registered: readonly LocalApp[],
): ReadonlyMap<string, LocalApp> {
  const first: LocalApp = {
    id: FIRST_APP_ID,
    secret: clientSecret,
    name: 'Graph Connections',
    permissions: [...PERMISSIONS],
  };
  return new Map([first, ...registered].map((app) => [app.id.toLowerCase(), app]));
}
