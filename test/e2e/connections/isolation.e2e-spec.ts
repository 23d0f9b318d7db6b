import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { type Answer, type Call, send } from '../../support/http.js';
import { type TestServer, useServer } from '../../support/server.js';
import {
  APPS,
  type Caller,
  type Create,
  type Filter,
  type List,
  Model,
  type Operation,
  type Outcome,
  type Patch,
  type Row,
  type Single,
} from './ownership-model.js';

const COLLECTION = '/external/connections';
const CONVERSATIONS = 15;

const caller: fc.Arbitrary<Caller> = fc.record({
  tenant: fc.constantFrom(0, 1),
  app: fc.constantFrom(0, 1, 2),
  reach: fc.constantFrom('owned', 'owned', 'all'),
});
/** Few, in two cases, so that the callers meet. */
const id = fc.constantFrom('first1', 'FIRST1', 'second2', 'Second2', 'third3', 'fourth4');
const owners = fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 3 });
const name = fc.constantFrom('Alpha', 'alpha', 'Beta', "O'Brien 100%", 'Ärger');

const simpleFilter: fc.Arbitrary<Filter> = fc.oneof(
  name.map((value) => ({
    text: `name eq '${value.replaceAll("'", "''")}'`,
    holds: (row: Row) => row.name === value,
  })),
  id.map((value) => ({
    text: `id eq '${value}'`,
    holds: (row: Row) => row.id.toLowerCase() === value.toLowerCase(),
  })),
  fc.constant({
    text: "contentCategory in ('crm','people')",
    holds: (row: Row) => row.contentCategory === 'crm',
  }),
  fc.constant({ text: 'description eq null', holds: (row: Row) => row.description === null }),
  fc.constantFrom(...APPS).map((app) => ({
    text: `configuration/authorizedAppIds/any(a:a eq '${app.toUpperCase()}')`,
    holds: (row: Row) => row.configuration.authorizedAppIds.includes(app),
  })),
  fc.constant({ text: "contains(name,'a')", holds: (row: Row) => row.name.includes('a') }),
);
const filter: fc.Arbitrary<Filter> = fc.oneof(
  simpleFilter,
  simpleFilter.map(({ text, holds }) => ({ text: `not(${text})`, holds: (row: Row) => !holds(row) })),
  fc.tuple(simpleFilter, simpleFilter, fc.boolean()).map(([a, b, both]) => ({
    text: `(${a.text}) ${both ? 'and' : 'or'} (${b.text})`,
    holds: (row: Row) => (both ? a.holds(row) && b.holds(row) : a.holds(row) || b.holds(row)),
  })),
);
const optional: { requiredKeys: ['kind'] } = { requiredKeys: ['kind'] };

const creating: fc.Arbitrary<Create> = fc.record(
  {
    kind: fc.constant('create' as const),
    id,
    name,
    description: fc.constantFrom('Everything', 'Nothing'),
    contentCategory: fc.constantFrom('crm', 'wikis'),
    owners,
  },
  { requiredKeys: ['kind', 'id', 'name', 'description'] },
);
const patching: fc.Arbitrary<Patch> = fc.record(
  {
    kind: fc.constant('patch' as const),
    id,
    name,
    description: fc.constantFrom('Changed', null),
    owners,
  },
  { requiredKeys: ['kind', 'id'] },
);
const listing: fc.Arbitrary<List> = fc.record(
  {
    kind: fc.constant('list' as const),
    filter,
    orderBy: fc.uniqueArray(
      fc.record({
        property: fc.constantFrom('id', 'name', 'contentCategory'),
        descending: fc.boolean(),
      }),
      { maxLength: 2, minLength: 1, selector: ({ property }) => property },
    ),
    top: fc.integer({ min: 1, max: 3 }),
  },
  optional,
);
const single: fc.Arbitrary<Single> = fc.oneof(
  { weight: 4, arbitrary: creating },
  { weight: 3, arbitrary: patching },
  { weight: 3, arbitrary: listing },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('get', 'get', 'delete', 'quota'), id }),
  },
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: single },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      steps: fc.array(single, { minLength: 1, maxLength: 6 }),
    }),
  },
);
const step = fc.record({
  caller,
  version: fc.constantFrom('beta', 'v1.0'),
  operation,
});

/** How an operation is asked for, below the version. */
function asked(operation: Single): { method: string; url: string; body?: unknown } {
  switch (operation.kind) {
    case 'create': {
      const { kind: _, owners: apps, ...body } = operation;
      return { method: 'POST', url: COLLECTION, body: { ...body, ...naming(apps) } };
    }
    case 'patch': {
      const { kind: _, id: key, owners: apps, ...body } = operation;
      return { method: 'PATCH', url: `${COLLECTION}/${key}`, body: { ...body, ...naming(apps) } };
    }
    case 'list': {
      const orderBy = operation.orderBy?.map(
        ({ property, descending }) => `${property}${descending ? ' desc' : ''}`,
      );
      const options = Object.entries({
        $filter: operation.filter?.text,
        $orderby: orderBy?.join(','),
        $top: operation.top,
      }).filter(([, value]) => value !== undefined);
      const query = options.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&');
      return { method: 'GET', url: `${COLLECTION}?${query}` };
    }
    case 'get':
      return { method: 'GET', url: `${COLLECTION}/${operation.id}` };
    case 'delete':
      return { method: 'DELETE', url: `${COLLECTION}/${operation.id}` };
    case 'quota':
      return { method: 'GET', url: `${COLLECTION}/${operation.id}/quota` };
  }
}

const naming = (apps: readonly number[] | undefined): object =>
  apps === undefined ? {} : { configuration: { authorizedAppIds: apps.map((app) => APPS[app]) } };

/** What the model knows of an answer. */
function outcomeOf({ status, body }: Pick<Answer, 'status' | 'body'>): Outcome {
  if (status === 424) return { status };
  if (status >= 400) return { status, inner: body.error.innerError.code };
  if (body === undefined) return { status };
  const { '@odata.context': _, '@odata.nextLink': _link, value, ...entity } = body;
  return { status, body: value ?? entity };
}

/** The quota is of beta alone. */
const versionOf = (wanted: string, { kind }: Operation): string => (kind === 'quota' ? 'beta' : wanted);

class Conversation {
  private readonly model = new Model();
  private readonly tokens = new Map<string, Promise<string>>();
  private readonly tenants = [newTenant(), newTenant()];

  constructor(private readonly server: TestServer) {}

  async step({ caller: who, version, operation: what }: Step): Promise<void> {
    const call = { as: await this.token(who) };
    const path = `/${versionOf(version, what)}`;
    if (what.kind === 'batch') return this.batch(who, what.steps, call);
    const expected = this.model.run(who, what);
    const { method, url, body } = asked(what);
    const first = await send(this.server, method, path + url, { ...call, body });
    const answer = what.kind === 'list' ? await this.allPages(first, what, call) : first;
    expect(outcomeOf(answer), `${JSON.stringify({ who, what })}\n${first.text}`).toEqual(expected);
  }

  /** What every caller sees at the end is what the model holds. */
  async end(): Promise<void> {
    for (const tenant of [0, 1] as const) {
      for (const app of [0, 1, 2] as const) {
        for (const reach of ['owned', 'all'] as const) {
          const who = { tenant, app, reach };
          const seen = await send(this.server, 'GET', `/beta${COLLECTION}`, { as: await this.token(who) });
          expect(outcomeOf(seen).body, JSON.stringify(who)).toEqual(this.model.list(who));
        }
      }
    }
  }

  private async batch(who: Caller, steps: readonly Single[], call: Call): Promise<void> {
    const expected = this.model.batch(who, steps);
    const requests = steps.map((one, index) => {
      const request = asked(one);
      return {
        id: String(index),
        ...request,
        ...(request.body === undefined ? {} : { headers: { 'Content-Type': 'application/json' } }),
        ...(index === 0 ? {} : { dependsOn: [String(index - 1)] }),
      };
    });
    const answer = await send(this.server, 'POST', '/beta/$batch', { ...call, body: { requests } });
    expect(answer.status, answer.text).toBe(200);
    const outcomes = (answer.body.responses as Pick<Answer, 'status' | 'body'>[]).map(outcomeOf);
    const firstPages = expected.map((outcome, index) => {
      const one = steps[index]!;
      return one.kind === 'list' && outcome.status === 200
        ? { ...outcome, body: (outcome.body as unknown[]).slice(0, one.top ?? 100) }
        : outcome;
    });
    expect(outcomes, `${JSON.stringify({ who, steps })}\n${answer.text}`).toEqual(firstPages);
  }

  private async allPages(first: Answer, { top }: List, call: Call): Promise<Pick<Answer, 'status' | 'body'>> {
    if (first.status !== 200) return first;
    const value: unknown[] = [];
    for (let page = first; ;) {
      value.push(...page.body.value);
      expect(page.body.value.length).toBeLessThanOrEqual(top ?? 100);
      const next = page.body['@odata.nextLink'] as string | undefined;
      if (next === undefined) return { status: 200, body: { value } };
      page = await send(this.server, 'GET', next.slice(this.server.url.length), call);
    }
  }

  private token({ tenant, app, reach }: Caller): Promise<string> {
    const key = `${tenant}${app}${reach}`;
    const known =
      this.tokens.get(key) ??
      tokenOf(this.server, {
        tenantId: this.tenants[tenant],
        appId: APPS[app],
        permissions: [`ExternalConnection.ReadWrite.${reach === 'all' ? 'All' : 'OwnedBy'}`],
      });
    this.tokens.set(key, known);
    return known;
  }
}

interface Step {
  readonly caller: Caller;
  readonly version: string;
  readonly operation: Operation;
}

describe('two tenants and three applications in one database', () => {
  const server = useServer();

  it('read and change what is theirs and nothing else, whatever they do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const conversation = new Conversation(server);
        for (const each of steps) await conversation.step(each);
        await conversation.end();
      }),
      // A failure is reported with its seed and path as it was found: to shorten it takes many times as long.
      { numRuns: CONVERSATIONS, endOnFailure: true },
    );
  });
});
