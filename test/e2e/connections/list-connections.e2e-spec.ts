import { beforeAll, describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, ids } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const APP_B = 'bbbbbbbb-1111-4111-8111-111111111111';

describe('GET /external/connections with query options', () => {
  const server = useServer();
  let as: string;
  beforeAll(async () => {
    as = await tokenOf(server, { tenantId: newTenant() });
    const rows = [
      { id: 'Alpha1', name: 'CLI Contoso HR', description: null, contentCategory: 'crm' },
      { id: 'beta2', name: "O'Brien 100% _x_", description: 'Tickets of all offices' },
      {
        id: 'gamma3',
        name: 'cli contoso hr',
        description: 'HR',
        configuration: { authorizedAppIds: [APP_B] },
      },
      { id: 'delta4', name: 'Zebra', description: 'Zoo', contentCategory: 'wikis' },
    ];
    for (const row of rows) expect((await create(server, row, { as })).status).toBe(201);
  });

  const list = (query: string, version = 'beta', headers: Record<string, string> = {}): Promise<Answer> =>
    send(server, 'GET', `/${version}/external/connections${query}`, { as, headers });

  it.each([
    ["$filter=name%20eq%20'CLI%20Contoso%20HR'", ['Alpha1']],
    ["%24filter=name+eq+'O''Brien+100%25+_x_'", ['beta2']],
    ["$filter=id eq 'ALPHA1'", ['Alpha1']],
    ["$filter=startswith(name,'CLI') or contains(name,'100%25')", ['Alpha1', 'beta2']],
    ["$filter=endswith(name,'hr')", ['gamma3']],
    ['$filter=description eq null', ['Alpha1']],
    ["$filter=not(description eq 'HR') and state eq 'draft'", ['Alpha1', 'beta2', 'delta4']],
    ["$filter=contentCategory in ('crm','wikis')", ['Alpha1', 'delta4']],
    ["$filter=configuration/authorizedAppIds/any(a:a eq 'BBBBBBBB-1111-4111-8111-111111111111')", ['gamma3']],
    ['$orderby=name desc', ['gamma3', 'delta4', 'beta2', 'Alpha1']],
    ['$orderby=contentCategory,id desc', ['Alpha1', 'gamma3', 'beta2', 'delta4']],
    ['$top=2', ['Alpha1', 'beta2']],
    ['$top=2&$skip=1', ['beta2', 'delta4']],
    ['$skip=3', ['gamma3']],
    ['$top=0', []],
    ['$search="contoso hr"', ['Alpha1', 'gamma3']],
    ['$search=offices', ['beta2']],
    ['$format=json&custom=ignored', ['Alpha1', 'beta2', 'delta4', 'gamma3']],
  ])('%s finds %j', async (query, expected) => {
    for (const version of ['beta', 'v1.0']) {
      const answer = await list(`?${query}`, version);
      expect(answer.status, answer.text).toBe(200);
      expect(ids(answer)).toEqual(expected);
    }
  });

  it('lets beta leave the $ out, and v1.0 not', async () => {
    expect(ids(await list('?top=1'))).toHaveLength(1);
    expect(ids(await list('?top=1', 'v1.0'))).toHaveLength(4);
  });

  it('counts with $count=true all pages, and with /$count the bare number', async () => {
    const answer = await list("?$count=true&$top=1&$filter=state eq 'draft'");
    expect(answer.body['@odata.count']).toBe(4);
    expect(ids(answer)).toHaveLength(1);
    const count = await list("/$count?$filter=startswith(id,'a')");
    expect(count.status, count.text).toBe(200);
    expect(count.text).toBe('1');
    expect(count.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it('answers the selected properties alone, in lists and of one connection', async () => {
    const answer = await list('?$select=id,configuration/authorizedAppIds&$top=1');
    expect(answer.body['@odata.context']).toBe(
      `${server.url}/beta/$metadata#external/connections(id,configuration)`,
    );
    expect(answer.body.value).toEqual([
      { id: 'Alpha1', configuration: { authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555'] } },
    ]);
    const one = await list('/alpha1?$select=name');
    expect(one.body).toEqual({
      '@odata.context': `${server.url}/beta/$metadata#external/connections(name)/$entity`,
      name: 'CLI Contoso HR',
    });
  });

  it.each([
    ['$top=-1', /\$top/],
    ['$top=x', /\$top/],
    ['$skip=1.5', /\$skip/],
    ['$count=yes', /\$count/],
    ['$foo=1', /\$foo/],
    ['$top=1&$top=2', /\$top/],
    ['$format=xml', /\$format/],
    ["$filter=name eq 'x", /The query specified in the URI is not valid/],
    ['$filter=(((', /The query specified in the URI is not valid/],
    ["$filter=name add 'x' eq 1", /The query specified in the URI is not valid/],
    ['$skiptoken=forged', /\$skiptoken/],
    ['$orderby=description', /\$orderby|description/],
  ])('refuses %s [queryOptionNotValid]', async (query, message) => {
    const answer = await list(`?${query}`);
    assertGraphError(answer, { status: 400, code: 'BadRequest', inner: null });
    expect(answer.body.error.message).toMatch(message);
  });

  it.each(['$filter=colour eq 1', '$orderby=colour', '$select=colour', '$expand=colour'])(
    'refuses %s, a property that the type does not have [queryPropertyNotFound]',
    async (query) => {
      assertGraphError(await list(`?${query}`), {
        status: 400,
        code: 'BadRequest',
        message:
          "Could not find a property named 'colour' on type 'microsoft.graph.externalConnectors.externalConnection'.",
      });
    },
  );

  it('refuses to $expand what v1.0 does not have', async () => {
    assertGraphError(await list('?$expand=quota', 'v1.0'), { status: 400, code: 'BadRequest' });
  });

  it('refuses hostile filters', async () => {
    const hostile = [
      '('.repeat(100_000),
      'not '.repeat(20_000),
      `name eq '${"' or 1=1 --".repeat(5_000)}`,
      "name eq 'x'; DROP TABLE external_connection",
      Array.from({ length: 5_000 }, () => "name eq 'x'").join(' or '),
    ];
    for (const filter of hostile) {
      const answer = await list(`?$filter=${encodeURIComponent(filter)}`);
      assertGraphError(answer, { status: 400, code: 'BadRequest' });
    }
  });

  it('honours odata.metadata=none: only nextLink and count stay', async () => {
    const headers = { accept: 'application/json;odata.metadata=none' };
    const { body } = await list('?$top=1&$count=true', 'beta', headers);
    expect(Object.keys(body)).toEqual(['@odata.count', 'value', '@odata.nextLink']);
  });

  it("understands keys in parentheses, connections('contosohr')", async () => {
    for (const path of ["('Alpha1')", "(id='alpha1')", '%28%27ALPHA1%27%29']) {
      const answer = await list(path);
      expect(answer.status, path).toBe(200);
      expect(answer.body.id).toBe('Alpha1');
    }
    assertGraphError(await list("('it''s')"), { status: 404, code: 'ItemNotFound' });
  });
});
