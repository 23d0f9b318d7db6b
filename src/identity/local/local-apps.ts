import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { IsArray, IsIn, IsOptional, IsString, Matches, MinLength, validateSync } from 'class-validator';
import { ConfigurationError } from '../../config/configuration-error.js';
import { GUID } from '../../graph/odata/guid.js';
import { PERMISSIONS, type Permission } from '../permissions/permissions.js';

/** The application of the seed document's example, registered from the start. */
export const FIRST_APP_ID = 'd310d35d-72ec-47dd-92f2-fb9c40936555';

/** An application that may ask the local issuer for tokens. */
export class LocalApp {
  @Matches(GUID, { message: 'id must be a GUID' })
  id: string;

  @IsString()
  @MinLength(1)
  secret: string;

  @IsOptional()
  @IsString()
  name?: string;

  @IsArray()
  @IsIn(PERMISSIONS, { each: true, message: `each of permissions must be one of ${PERMISSIONS.join(', ')}` })
  permissions: Permission[];
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function faultsOf(app: LocalApp, before: readonly LocalApp[]): string[] {
  const errors = validateSync(app, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  const isDouble = before.some(
    ({ id }) => typeof id === 'string' && id.toLowerCase() === app.id?.toLowerCase(),
  );
  return [
    ...errors.flatMap(({ constraints }) => Object.values(constraints ?? {})),
    ...(isDouble ? [`id ${app.id} stands there twice`] : []),
  ];
}

/**
 * The applications of the LOCAL_APPS file, where there is one.
 * @throws {ConfigurationError} naming every fault of the file
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
      `LOCAL_APPS="${path}" must hold an array of { id, secret, name?, permissions }.`,
    ]);
  }
  const apps = json.map((entry) => plainToInstance(LocalApp, isObject(entry) ? entry : {}));
  const problems = apps.flatMap((app, index) =>
    faultsOf(app, apps.slice(0, index)).map((fault) => `LOCAL_APPS="${path}", entry ${index}: ${fault}.`),
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
