import { beforeAll, describe, expect, it } from 'vitest';
import { type Permission, PERMISSIONS } from '../../../src/identity/permissions/permissions.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { type Kind, opening, registered } from '../../support/contract.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { type Route, routesOf } from '../../support/routes.js';
import { prepared, sampleOf } from '../../support/samples.js';
import { useServer } from '../../support/server.js';

const OWNER = 'aaaaaaaa-1111-4111-8111-111111111111';
const AUTHORIZED = 'bbbbbbbb-1111-4111-8111-111111111111';
const STRANGER = 'cccccccc-1111-4111-8111-111111111111';

const [TENANT, OTHER_TENANT] = [newTenant(), newTenant()];

/** Who calls, seen from the connection. */
const CALLERS = {
  owner: { tenantId: TENANT, appId: OWNER },
  'authorized other application': { tenantId: TENANT, appId: AUTHORIZED },
  'stranger application of the tenant': { tenantId: TENANT, appId: STRANGER },
  'other tenant': { tenantId: OTHER_TENANT, appId: OWNER },
} as const;
type Relation = keyof typeof CALLERS;
const RELATIONS = Object.keys(CALLERS) as Relation[];
const KINDS: readonly Kind[] = ['application', 'delegated'];

/** What the contract lets happen (docs/contract/api.md#3; docs/contract/errors.md#p2, #p3, #c9): the whole table in four lines. */
function verdict(relation: Relation, permission: Permission, needed: readonly Permission[]) {
  if (!needed.includes(permission)) return 'permission missing';
  if (relation === 'other tenant') return 'not found';
  const ownedAlone = permission.endsWith('.OwnedBy');
  return ownedAlone && relation === 'stranger application of the tenant' ? 'not owned' : 'lets in';
}

describe('permission × kind of caller × operation × ownership', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let routes: Route[];
  let owner: { readonly as: string };
  const tokens = new Map<string, Promise<string>>();
  const shared = new Map<string, Promise<string>>();
  beforeAll(async () => {
    owner = { as: await tokenOf(server, CALLERS.owner) };
    routes = routesOf(server.app).filter(({ declared }) => declared !== undefined);
  });

  const token = (relation: Relation, kind: Kind, permission: Permission): Promise<string> => {
    const key = `${relation} ${kind} ${permission}`;
    const known =
      tokens.get(key) ??
      tokenOf(server, {
        ...CALLERS[relation],
        permissions: [permission],
        delegated: kind === 'delegated',
      });
    tokens.set(key, known);
    return known;
  };

  /** Where a call goes: to what is there for this call alone, or for all that change nothing. */
  async function target(route: Route, forThisCall: boolean): Promise<string> {
    const make = async (): Promise<string> =>
      prepared(server, route, owner, { configuration: { authorizedAppIds: [AUTHORIZED] } });
    if (forThisCall) return make();
    const key = `${route.method} ${route.path}`;
    const known = shared.get(key) ?? make();
    shared.set(key, known);
    return known;
  }

  async function check(route: Route, relation: Relation, kind: Kind, permission: Permission): Promise<void> {
    const { method, path } = route;
    const sample = sampleOf(method, path);
    const expected = verdict(relation, permission, opening(registered(method, path), kind));
    const url = await target(route, expected === 'lets in' && method !== 'GET');
    const before = await send(server, 'GET', url, owner);
    const answer: Answer = await send(server, method, url, {
      as: await token(relation, kind, permission),
      body: sample.body?.(),
    });
    const cell = `${method} ${url}: ${relation}, ${kind}, ${permission} -> ${expected}\n${answer.text}`;
    const underConnection = path.includes(':id');
    if (expected === 'lets in' || (!underConnection && expected !== 'permission missing')) {
      expect(answer.status, cell).toBe(sample.success);
      if (sample.shows !== undefined) expect(sample.shows(answer), cell).toBe(expected === 'lets in');
      return;
    }
    expect(answer.status, cell).toBe(expected === 'not found' ? 404 : 403);
    assertGraphError(answer, REFUSALS[expected]);
    const after = await send(server, 'GET', url, owner);
    expect(after.status, cell).toBe(before.status);
    if (after.status === 200) expect(after.body, cell).toEqual(before.body);
  }

  const REFUSALS = {
    'permission missing': { status: 403, code: 'AccessDenied', inner: { code: 'InsufficientPermissions' } },
    'not owned': {
      status: 403,
      code: 'AccessDenied',
      inner: { code: 'ConnectionNotOwned', source: 'Connection' },
    },
    'not found': {
      status: 404,
      code: 'ItemNotFound',
      inner: { code: 'ResourceNotFound', source: 'Connection' },
    },
  } as const;

  it('has a sample call of every route that needs a permission', () => {
    for (const { method, path } of routes) expect(sampleOf(method, path).success).toBeGreaterThanOrEqual(200);
    expect(routes.length).toBeGreaterThanOrEqual(40);
  });

  it.each(RELATIONS.flatMap((relation) => KINDS.map((kind) => [relation, kind] as const)))(
    'is as the contract says for the %s, by %s token [connectionNotOwned] [permissionMissing] [connectionNotFound]',
    async (relation, kind) => {
      for (const route of routes) {
        for (const permission of PERMISSIONS) await check(route, relation, kind, permission);
      }
    },
    240_000,
  );
});
