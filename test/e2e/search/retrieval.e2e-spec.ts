import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { type LoggedServer, startLogged } from '../../support/logged-server.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { putTicket, searchWorld, ticketConnection, userOf } from '../../support/searches.js';
import { batch, inner } from '../batch/batches.js';

interface Hit {
  readonly webUrl?: string;
  readonly extracts: readonly { readonly text: string; readonly relevanceScore: number }[];
  readonly resourceType: string;
  readonly resourceMetadata: Readonly<Record<string, string>>;
}

const FILLER = 'Nothing of interest stands in this sentence. '.repeat(30);
const ANSWER = 'To set up the VPN, open the settings and choose the corporate profile.';
const QUESTION = 'How do I set up the corporate VPN?';
const text = (value: string) => ({ content: { type: 'text', value } });

describe.each(['beta', 'v1.0'])('retrieval in %s', (version) => {
  let server: LoggedServer;
  const world = searchWorld();
  let tickets: string;
  let others: string;
  beforeAll(async () => {
    server = await startLogged({ SCHEMA_PROVISIONING_MS: '0' });
    tickets = await ticketConnection(server, world);
    others = await ticketConnection(server, world);
    const put = (
      id: string,
      properties: Record<string, unknown>,
      content: string,
      rest = {},
    ): Promise<void> => putTicket(server, world, tickets, id, properties, { ...text(content), ...rest });
    await put(
      'vpn',
      {
        title: 'VPN for new employees',
        link: 'https://contoso.example/kb/vpn',
        priority: 'high',
        tags: ['network', 'remote'],
        age: 7,
        cost: 1.5,
        due: '2026-01-10',
        open: true,
        secret: 'hidden',
      },
      `${FILLER}${ANSWER} ${FILLER}`,
    );
    await put(
      'old',
      { title: 'Old network', link: 'https://contoso.example/kb/old', priority: 'low', note: 'attic above' },
      'The VPN was another one.',
    );
    await put(
      'note',
      { title: 'Unrelated', note: 'corporate VPN', link: 'https://contoso.example/kb/note' },
      'Nothing.',
    );
    await put('hidden', { title: 'VPN', link: 'https://contoso.example/kb/hidden' }, ANSWER, {
      acl: [{ type: 'user', value: randomUUID(), accessType: 'grant' }],
    });
    await putTicket(
      server,
      world,
      others,
      'html',
      { title: 'Remote', link: 'https://contoso.example/kb/html' },
      { content: { type: 'html', value: '<p>The <b>corporate</b> VPN</p>' } },
    );
  });
  afterAll(() => server.close());

  const post = (body: unknown, call = world.user): Promise<Answer> =>
    send(server, 'POST', `/${version}/copilot/retrieval`, { ...call, body });
  const ask = (rest: Record<string, unknown> = {}, call = world.user): Promise<Answer> =>
    post({ queryString: QUESTION, dataSource: 'externalItem', ...rest }, call);
  const of = (...ids: string[]): Record<string, unknown> => ({
    dataSourceConfiguration: { externalItem: { connections: ids.map((connectionId) => ({ connectionId })) } },
  });
  const hitsIn = (answer: Answer): Hit[] => {
    expect(answer.status, answer.text).toBe(200);
    return answer.body.retrievalHits;
  };
  const urls = async (rest: Record<string, unknown> = {}, call = world.user): Promise<string[]> =>
    hitsIn(await ask(rest, call))
      .map(({ webUrl }) => webUrl!.split('/').at(-1)!)
      .toSorted();

  it('retrieval 1: is for users alone, with the one permission of the registry [permissionMissing]', async () => {
    for (const as of [
      { tenantId: world.tenantId },
      { ...userOf(world.tenantId, world.userId), permissions: ['ExternalItem.ReadWrite.All'] as const },
    ])
      assertGraphError(await ask({}, { as }), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'InsufficientPermissions' },
      });
    assertGraphError(await ask({}, { as: null as never }), {
      status: 401,
      code: 'InvalidAuthenticationToken',
    });
  });

  it('retrieval 1: may be a request of a batch', async () => {
    const request = {
      id: '1',
      method: 'POST',
      url: '/copilot/retrieval',
      headers: { 'Content-Type': 'application/json' },
      body: { queryString: QUESTION, dataSource: 'externalItem', maximumNumberOfResults: 1 },
    };
    const { status, body } = inner(await batch(server, [request], { ...world.user, version }), '1');
    expect(status).toBe(200);
    expect(body.retrievalHits).toHaveLength(1);
  });

  it('retrieval 2: asks all connections of the tenant without a configuration, and those that it names with one', async () => {
    expect(await urls()).toEqual(['html', 'old', 'vpn']);
    expect(await urls(of(tickets))).toEqual(['old', 'vpn']);
    expect(await urls(of(others))).toEqual(['html']);
    expect(await urls(of(tickets, others.toUpperCase()))).toEqual(['html', 'old', 'vpn']);
    expect(await urls(of(newId()))).toEqual([]);
    expect(await urls({ dataSourceConfiguration: null })).toEqual(['html', 'old', 'vpn']);
  });

  it('retrieval 2: reads names of properties, and of the data source, in any case', async () => {
    const answer = await post({
      QueryString: QUESTION,
      DataSource: 'ExternalItem',
      DataSourceConfiguration: { ExternalItem: { Connections: [{ ConnectionId: others }] } },
      MaximumNumberOfResults: 5,
    });
    expect(hitsIn(answer)).toHaveLength(1);
  });

  it('retrieval 2: gives as many hits as are asked for, 25 at most', async () => {
    const many = await ticketConnection(server, world);
    for (let index = 0; index < 30; index++)
      await putTicket(server, world, many, `M${index}`, { title: 'Many' }, text('A corporate VPN.'));
    expect(hitsIn(await ask(of(many)))).toHaveLength(25);
    expect(hitsIn(await ask({ ...of(many), maximumNumberOfResults: 3 }))).toHaveLength(3);
    await send(server, 'DELETE', `/beta/external/connections/${many}`, world.owner);
  });

  it('retrieval 3: answers a passage of the content with its score, without context', async () => {
    const answer = await ask({ ...of(tickets), filterExpression: 'priority:high' });
    expect(Object.keys(answer.body)).toEqual(['retrievalHits']);
    expect(answer.headers.get('content-type')).toContain('odata.metadata=minimal');
    expect(answer.headers.get('odata-version')).toBe('4.0');
    const [hit] = hitsIn(answer);
    expect(hit).toEqual({
      webUrl: 'https://contoso.example/kb/vpn',
      extracts: [{ text: expect.stringContaining(ANSWER), relevanceScore: 1 }],
      resourceType: 'externalItem',
      resourceMetadata: {},
    });
    expect(hit!.extracts[0]!.text.length).toBeLessThanOrEqual(500);
  });

  it('retrieval 3: has passages of HTML as text, and lower scores where words are missing', async () => {
    const [html] = hitsIn(await ask(of(others)));
    expect(html!.extracts[0]!.text).toBe('The corporate VPN');
    expect(html!.extracts[0]!.relevanceScore).toBeLessThan(1);
    expect(html!.extracts[0]!.relevanceScore).toBeGreaterThan(0.5);
  });

  it('retrieval 3: has the metadata that were asked for as text, by the names as they were asked for', async () => {
    const resourceMetadata = [
      'Title',
      'tags',
      'age',
      'cost',
      'due',
      'open',
      'secret',
      'missing',
      'team',
      'label_url',
    ];
    const [hit] = hitsIn(await ask({ ...of(tickets), filterExpression: 'priority:high', resourceMetadata }));
    expect(hit!.resourceMetadata).toEqual({
      Title: 'VPN for new employees',
      tags: 'network;remote',
      age: '7',
      cost: '1.5',
      due: '2026-01-10',
      open: 'true',
      label_url: 'https://contoso.example/kb/vpn',
    });
  });

  it('retrieval 3: has no address without the label url, and no passage without content', async () => {
    const plain = await readyConnection(server, {
      schema: validSchema(property({ name: 'title', labels: ['title'] })),
      ...world.owner,
    });
    await putTicket(server, world, plain, 'P', { title: 'Corporate VPN' });
    expect(hitsIn(await ask(of(plain)))).toEqual([
      { extracts: [], resourceType: 'externalItem', resourceMetadata: {} },
    ]);
    await send(server, 'DELETE', `/beta/external/connections/${plain}`, world.owner);
  });

  it('retrieval 3, 8: is in no order, and in the same one each time', async () => {
    const many = await ticketConnection(server, world);
    // The nearer the words stand to the beginning, the fewer others there are: by relevance they come in this order.
    for (let index = 0; index < 12; index++)
      await putTicket(
        server,
        world,
        many,
        `S${index}`,
        { title: `Order ${index}`, link: `https://contoso.example/${index}` },
        text(`corporate VPN ${'word '.repeat(index * 40)}`),
      );
    const order = async (): Promise<string[]> => hitsIn(await ask(of(many))).map(({ webUrl }) => webUrl!);
    const first = await order();
    expect(await order()).toEqual(first);
    const byNumber = first.toSorted((a, b) => Number(a.split('/').at(-1)) - Number(b.split('/').at(-1)));
    expect(first).not.toEqual(byNumber);
    await send(server, 'DELETE', `/beta/external/connections/${many}`, world.owner);
  });

  it('retrieval 4: looks in titles and contents alone, and shows nothing that the user may not see', async () => {
    expect(await urls(of(tickets))).toEqual(['old', 'vpn']);
    const stranger = { as: userOf(searchWorld().tenantId, randomUUID()) };
    expect(await urls({}, stranger)).toEqual([]);
  });

  it.each([
    ['priority:high', ['vpn']],
    ['priority:low OR age>=7', ['old', 'vpn']],
    ['NOT priority:high', ['old']],
    ['Label_Title:"new employees"', ['vpn']],
    ['age>= 7', ['vpn']],
    ['due:2026-01-01..2026-01-31', ['vpn']],
    ['missing:x', []],
    ['team:x', []],
    ['another', ['old']],
    ['attic', ['old']],
    ['NOT attic', ['vpn']],
    ['"attic above" OR priority:high', ['old', 'vpn']],
    ['attic NEAR above', ['old']],
    ['above ONEAR attic', []],
    [' ', ['old', 'vpn']],
  ])('retrieval 5: takes the filter %s', async (filterExpression, expected) => {
    expect(await urls({ ...of(tickets), filterExpression })).toEqual(expected);
  });

  it.each([
    '(priority:high',
    'priority:high AND',
    'priority:"high',
    'OR',
    'a NEAR priority:high',
    'x'.repeat(5_000),
  ])(
    'retrieval 5: runs as if there were no filter where its KQL is wrong, and warns in the log: filter $#',
    async (filterExpression) => {
      server.log.length = 0;
      expect(await urls({ ...of(tickets), filterExpression })).toEqual(['old', 'vpn']);
      const warnings = server.lines().filter(({ level }) => level === 40);
      expect(warnings).toEqual([
        expect.objectContaining({
          msg: expect.stringMatching(/filterExpression is no KQL, so it was ignored/),
        }),
      ]);
    },
  );

  it.each<[string, unknown, string, string]>([
    ['no question', { dataSource: 'externalItem' }, 'RequiredPropertyMissing', 'queryString'],
    [
      'a blank question',
      { queryString: '  ', dataSource: 'externalItem' },
      'RequiredPropertyMissing',
      'queryString',
    ],
    [
      'a long question',
      { queryString: 'a'.repeat(1_501), dataSource: 'externalItem' },
      'PropertyTooLong',
      'queryString',
    ],
    ['no data source', { queryString: 'a' }, 'RequiredPropertyMissing', 'dataSource'],
    ['an unknown data source', { queryString: 'a', dataSource: 'x' }, 'DeserializationError', 'dataSource'],
    [
      'no result',
      { queryString: 'a', dataSource: 'externalItem', maximumNumberOfResults: 0 },
      'ValueOutOfRange',
      'maximumNumberOfResults',
    ],
    [
      'too many results',
      { queryString: 'a', dataSource: 'externalItem', maximumNumberOfResults: 26 },
      'ValueOutOfRange',
      'maximumNumberOfResults',
    ],
    [
      'no connections',
      { queryString: 'a', dataSource: 'externalItem', dataSourceConfiguration: { externalItem: {} } },
      'RequiredPropertyMissing',
      'dataSourceConfiguration.externalItem.connections',
    ],
    [
      'an empty list of connections',
      {
        queryString: 'a',
        dataSource: 'externalItem',
        dataSourceConfiguration: { externalItem: { connections: [] } },
      },
      'TooFewValues',
      'dataSourceConfiguration.externalItem.connections',
    ],
    [
      'a connection without id',
      {
        queryString: 'a',
        dataSource: 'externalItem',
        dataSourceConfiguration: { externalItem: { connections: [{}] } },
      },
      'RequiredPropertyMissing',
      'dataSourceConfiguration.externalItem.connections[0].connectionId',
    ],
  ])('retrieval 7: refuses %s [bodyNotValid]', async (_what, body, code, target) => {
    const answer = await post(body);
    assertGraphError(answer, { status: 400, code: 'InvalidRequest', inner: { code } });
    expect(answer.body.error.details[0]).toMatchObject({ code, target });
  });

  it.each(['sharePoint', 'oneDriveBusiness', 'sharePointEmbedded'])(
    'retrieval 7, 8: refuses the data source %s, and never answers it with nothing [dataSourceNotServed]',
    async (dataSource) => {
      assertGraphError(await ask({ dataSource }), {
        status: 400,
        code: 'InvalidRequest',
        inner: {
          code: 'DataSourceNotSupported',
          message: `Property 'dataSource' is '${dataSource}': this server has externalItem alone.`,
        },
      });
    },
  );

  it.each([
    [{}],
    [{ sharePointEmbedded: { containerTypeId: 'x' } }],
    [
      {
        externalItem: { connections: [{ connectionId: 'x' }] },
        sharePointEmbedded: { containerTypeId: 'x' },
      },
    ],
  ])(
    'retrieval 2: refuses the configuration %j [dataSourceConfigurationNotValid]',
    async (dataSourceConfiguration) => {
      assertGraphError(await ask({ dataSourceConfiguration }), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'InvalidDataSourceConfiguration' },
      });
    },
  );

  it('retrieval 7: answers nothing found with an empty list', async () => {
    expect(await urls({ queryString: 'toothbrush' })).toEqual([]);
    expect(await urls({ queryString: '?!' })).toEqual([]);
  });
});
