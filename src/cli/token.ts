import { loadConfiguration } from '../config/configuration.js';
import { FIRST_APP_ID, localApps, registeredApps } from '../identity/local/local-apps.js';
import { LocalIssuer } from '../identity/local/local-issuer.js';
import { DEFAULT_DOMAIN } from '../identity/local/tenant.js';
import { isGuid } from '../graph/odata/edm-values.js';
import { type Permission, PERMISSIONS } from '../identity/permissions/permissions.js';
import { command, tenantNamed, UsageError } from './command.js';
import { secretsOf } from './secrets.js';

const USAGE = `npm run -s token -- [options]     prints one token of the local issuer
  --permissions A,B   its permissions (default: those of the application; all for a delegated token)
  --delegated         a token of a signed-in user instead of the application
  --app GUID          the calling application (default ${FIRST_APP_ID})
  --tenant NAME       the tenant, a domain name or a GUID (default ${DEFAULT_DOMAIN})
  --user GUID         the signed-in user
  --groups GUID,GUID  the directory groups that hold the user
  --lifetime 1h       30s, 15m, 1h, 7d; a negative one makes an expired token
  --secret            prints the client secret of the first application instead of a token
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
    throw new UsageError(
      `--permissions: unknown ${unknown.map((name) => `"${name}"`).join(', ')}. Known permissions: ${PERMISSIONS.join(', ')}`,
    );
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
  if (amount === undefined)
    throw new UsageError(`--lifetime ${lifetime}: must be a number and a unit, such as 30s, 15m, 1h or 7d`);
  return Number(amount) * SECONDS[unit!]!;
}

function guid(name: string, value: string): string {
  if (!isGuid(value)) throw new UsageError(`--${name} ${value}: must be a GUID`);
  return value;
}

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
    throw new UsageError('With IDENTITY=oidc only the issuer itself can make tokens.');
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
