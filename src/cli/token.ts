import { type Configuration, loadConfiguration } from '../config/configuration.js';
import { FIRST_APP_ID, localApps, registeredApps } from '../identity/local/local-apps.js';
import { LocalIssuer } from '../identity/local/local-issuer.js';
import { type LocalSecrets, localSecrets } from '../identity/local/local-store.js';
import { DEFAULT_DOMAIN } from '../identity/local/tenant.js';
import { isGuid } from '../graph/odata/guid.js';
import { PERMISSIONS, type Permission } from '../identity/permissions/permissions.js';
import { command, tenantNamed, UsageError } from './command.js';

const USAGE = `npm run -s token -- [options]     prints one token of the local issuer
  --permissions A,B   what it holds (default: all that the application has; a delegated one, all)
  --delegated         for a signed-in user, not for the application itself
  --app GUID          the calling application (default ${FIRST_APP_ID})
  --tenant NAME       the tenant, by a domain name or its GUID (default ${DEFAULT_DOMAIN})
  --user GUID         the signed-in user
  --groups GUID,GUID  the directory groups that hold the user
  --lifetime 1h       30s, 15m, 1h, 7d; a negative one makes an expired token
  --secret            no token, but the client secret of the first application
`;

const DEFAULT_USER = 'b7f6ab12-9f53-4a51-8b35-8c2f3c4a1d77';
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

function permissionsOf(list: string): Permission[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = names.filter((name) => !(PERMISSIONS as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new UsageError(`--permissions ${unknown.join(',')}: may be of ${PERMISSIONS.join(', ')}`);
  return names as Permission[];
}

function groupsOf(list: string): string[] {
  const ids = list
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  return ids.map((id) => guid('groups', id));
}

function secondsOf(lifetime: string): number {
  const [, amount, unit] = /^(-?\d{1,9})([smhd])$/.exec(lifetime) ?? [];
  if (amount === undefined) throw new UsageError(`--lifetime ${lifetime}: may be 30s, 15m, 1h, 7d`);
  return Number(amount) * SECONDS[unit!]!;
}

function guid(name: string, value: string): string {
  if (!isGuid(value)) throw new UsageError(`--${name} ${value}: must be a GUID`);
  return value;
}

/** The entities and TypeORM take longer to load than all the rest, and a file needs none of them. */
const secretsOf = async ({ database, dataDir }: Configuration): Promise<LocalSecrets> =>
  database.type === 'postgres'
    ? (await import('./stored-secrets.js')).secretsIn(database)
    : localSecrets(dataDir);

async function print(values: {
  readonly permissions?: string;
  readonly delegated: boolean;
  readonly app: string;
  readonly tenant: string;
  readonly user: string;
  readonly groups: string;
  readonly lifetime: string;
  readonly secret: boolean;
}): Promise<void> {
  const configuration = loadConfiguration(process.env);
  const { identity } = configuration;
  if (identity.mode !== 'local')
    throw new UsageError('IDENTITY=oidc: only the issuer itself can make its tokens.');
  const registered = registeredApps(identity.appsFile);
  const secrets = await secretsOf(configuration);
  if (values.secret) return void process.stdout.write(`${secrets.clientSecret}\n`);
  const app = localApps(secrets.clientSecret, registered).get(guid('app', values.app).toLowerCase());
  if (values.groups !== '' && !values.delegated)
    throw new UsageError('--groups: only a signed-in user has groups; add --delegated');
  const held = values.delegated ? PERMISSIONS : (app?.permissions ?? PERMISSIONS);
  const token = await new LocalIssuer(identity, secrets).issue(
    {
      tenantId: tenantNamed(values.tenant),
      appId: app?.id ?? values.app.toLowerCase(),
      appName: app?.name,
      userId: values.delegated ? guid('user', values.user) : undefined,
      groups: groupsOf(values.groups),
      permissions: values.permissions === undefined ? held : permissionsOf(values.permissions),
      lifetimeSeconds: secondsOf(values.lifetime),
    },
    new Date(),
  );
  process.stdout.write(`${token}\n`);
}

await command({
  usage: USAGE,
  options: {
    permissions: { type: 'string' },
    delegated: { type: 'boolean', default: false },
    app: { type: 'string', default: FIRST_APP_ID },
    tenant: { type: 'string', default: DEFAULT_DOMAIN },
    user: { type: 'string', default: DEFAULT_USER },
    groups: { type: 'string', default: '' },
    lifetime: { type: 'string', default: '1h' },
    secret: { type: 'boolean', default: false },
  },
  run: print,
});
