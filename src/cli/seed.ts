import { type Configuration, loadConfiguration } from '../config/configuration.js';
import { GraphError } from '../graph/errors/graph-error.js';
import { FIRST_APP_ID } from '../identity/local/local-apps.js';
import { isGuid } from '../graph/odata/edm-values.js';
import { DEFAULT_DOMAIN } from '../identity/local/tenant.js';
import { PERMISSIONS } from '../identity/permissions/permissions.js';
import { command, tenantNamed, UsageError } from './command.js';
import { memory, Progress } from './progress.js';
import type { Seeding } from './seeding/seeding.js';

const USAGE = `npm run seed -- --items N [options]     fills a connection with items; an interrupted run continues
  --items N           how many items it should have; their ids are seed000000000001 and so on
  --connection ID     the connection (default seeded); created with a schema if missing
  --tenant NAME       the tenant, a domain name or a GUID (default ${DEFAULT_DOMAIN})
  --app GUID          the application that owns a new connection (default ${FIRST_APP_ID})
  --size BYTES        the size of an item as JSON, content included (default 2048)
`;

const MOST_ITEMS = 999_999_999;
const LARGEST_ITEM_BYTES = 4_000_000;

function wholeNumber(name: string, value: string | undefined, largest: number): number {
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > largest)
    throw new UsageError(`--${name} ${value}: must be a whole number from 1 to ${largest}`);
  return number;
}

interface Values {
  readonly items?: string;
  readonly connection: string;
  readonly tenant: string;
  readonly app: string;
  readonly size: string;
}

function wantedBy(values: Values) {
  if (!isGuid(values.app)) throw new UsageError(`--app ${values.app}: must be a GUID`);
  return {
    items: wholeNumber('items', values.items, MOST_ITEMS),
    size: wholeNumber('size', values.size, LARGEST_ITEM_BYTES),
    connection: values.connection,
    tenantId: tenantNamed(values.tenant),
    appId: values.app.toLowerCase(),
  };
}

/** The server's own settings, but schema operations end at once. */
function configured(): Configuration {
  const configuration = loadConfiguration(process.env);
  return {
    ...configuration,
    log: { ...configuration.log, level: 'error' },
    schema: { ...configuration.schema, provisioningMs: 0 },
  };
}

async function fill(
  seeding: Seeding,
  { items, size }: { readonly items: number; readonly size: number },
): Promise<string> {
  const schema = await seeding.schema();
  const there = await seeding.written(items);
  if (there === items) return `The connection already has all ${items} items.\n`;
  const progress = new Progress('items', items, there);
  let written = 0;
  try {
    for await (const count of seeding.write(there + 1, items, schema, size)) {
      written += count;
      progress.advance(count);
    }
  } finally {
    progress.stop();
  }
  return `${written} items written, ${progress.rate} items/s; at most ${memory()}.\n`;
}

async function seed(values: Values): Promise<void> {
  const wanted = wantedBy(values);
  const { connection, tenantId, appId } = wanted;
  // Loaded only now, so that an invalid option is reported at once.
  const [{ createApp }, { Seeding }] = await Promise.all([
    import('../app.js'),
    import('./seeding/seeding.js'),
  ]);
  const app = await createApp(configured());
  try {
    const permissions = new Set<string>(PERMISSIONS);
    const caller = { kind: 'application', tenantId, appId, permissions, reach: 'all' } as const;
    process.stdout.write(await fill(new Seeding(app, caller, connection), wanted));
  } finally {
    await app.close();
  }
}

/** The message of a refused write; a reached limit names its variables. */
const refusal = ({ code, inner, message }: GraphError): string =>
  `${code}: ${inner?.message ?? message}` +
  (code === 'QuotaLimitReached'
    ? ' Raise MAX_ITEMS_PER_CONNECTION, MAX_ITEMS_PER_TENANT or MAX_CONNECTIONS_PER_TENANT.'
    : '');

await command({
  usage: USAGE,
  options: {
    items: { type: 'string' },
    connection: { type: 'string', default: 'seeded' },
    tenant: { type: 'string', default: DEFAULT_DOMAIN },
    app: { type: 'string', default: FIRST_APP_ID },
    size: { type: 'string', default: '2048' },
  },
  run: seed,
  sentence: (error) => (error instanceof GraphError ? refusal(error) : undefined),
});
