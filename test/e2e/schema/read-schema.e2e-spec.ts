import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CallerOptions } from '../../support/callers.js';
import { newId } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { putItem, validItem } from '../../support/items.js';
import {
  draftConnection,
  ended,
  property,
  readSchema,
  register,
  schemaPath,
  validSchema,
} from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { Time } from '../../support/time.js';

const MINUTE = 60_000;

describe('reading a schema', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: String(MINUTE) });
  let time: Time;
  beforeAll(async () => {
    time = new Time(server);
  });
  afterEach(() => time.reset());

  const registered = async (...properties: Record<string, unknown>[]): Promise<string> => {
    const id = await draftConnection(server);
    const answer = await register(server, id, validSchema(...properties));
    expect(answer.status, answer.text).toBe(202);
    return id;
  };

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('answers 404 before the first PATCH, with the innerError.source Schema [schemaNotFound]', async () => {
      assertGraphError(await readSchema(server, await draftConnection(server), { version }), {
        status: 404,
        code: 'ItemNotFound',
        message: 'An error has occurred.',
        inner: { code: 'ResourceNotFound', source: 'Schema', message: "'Schema' was not found." },
      });
    });

    it('answers 404 for a connection that is not there, with the source Connection', async () => {
      assertGraphError(await readSchema(server, newId(), { version }), {
        status: 404,
        code: 'ItemNotFound',
        inner: { code: 'ResourceNotFound', source: 'Connection' },
      });
    });

    it('answers 200 once it was sent, while the operation is in progress and after it', async () => {
      const id = await registered();
      const during = await readSchema(server, id, { version });
      expect(during.status, during.text).toBe(200);
      time.pass(MINUTE);
      expect((await readSchema(server, id, { version })).body).toEqual(during.body);
    });

    it('shows every default, real booleans and the types of the model, in this order and without id', async () => {
      const id = await registered({ name: 'title', type: 'String' });
      const { body, headers } = await readSchema(server, id, { version });
      expect(body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections('${id}')/schema/$entity`,
        baseType: 'microsoft.graph.externalItem',
        properties: [
          {
            name: 'title',
            type: 'string',
            aliases: [],
            labels: [],
            isSearchable: false,
            isQueryable: false,
            isRetrievable: false,
            isRefinable: false,
            ...(version === 'beta' ? { isExactMatchRequired: false } : {}),
          },
        ],
      });
      expect(Object.keys(body)[0]).toBe('@odata.context');
      expect(headers.get('odata-version')).toBe('4.0');
      expect(headers.get('content-type')).toContain('odata.metadata=minimal');
    });

    it('has no annotation under odata.metadata=none', async () => {
      const id = await registered();
      const headers = { accept: 'application/json;odata.metadata=none' };
      const { body } = await readSchema(server, id, { headers, version });
      expect(Object.keys(body)).toEqual(['baseType', 'properties']);
    });

    it('shows labels and types that came later as unknownFutureValue, but to those who Prefer them', async () => {
      const id = await registered(
        property({ labels: ['title'] }),
        property({ name: 'skills', type: 'stringCollection', labels: ['personSkills'] }),
        property({ name: 'people', type: 'principalCollection', labels: ['authors'] }),
        property({ name: 'person', type: 'principal' }),
      );
      const shown = async (headers: Record<string, string>): Promise<unknown> => {
        const { body } = await readSchema(server, id, { headers, version });
        return body.properties.map(({ type, labels }: { type: string; labels: string[] }) => [type, labels]);
      };
      const unknown = 'unknownFutureValue';
      expect(await shown({})).toEqual([
        ['string', ['title']],
        ['stringCollection', [unknown]],
        [unknown, ['authors']],
        [unknown, []],
      ]);
      for (const prefer of [
        'include-unknown-enum-members',
        'Include-Unknown-Enum-Members',
        'return=representation, include-unknown-enum-members',
      ])
        expect(await shown({ prefer })).toEqual([
          ['string', ['title']],
          ['stringCollection', ['personSkills']],
          ['principalCollection', ['authors']],
          ['principal', []],
        ]);
    });

    it('says in Preference-Applied which preference was kept', async () => {
      const id = await registered();
      const applied = async (headers: Record<string, string>): Promise<string | null> =>
        (await readSchema(server, id, { headers, version })).headers.get('preference-applied');
      expect(await applied({ prefer: 'include-unknown-enum-members' })).toBe('include-unknown-enum-members');
      expect(await applied({ prefer: 'respond-async' })).toBeNull();
      expect(await applied({})).toBeNull();
    });

    it('is allowed with Read.All, delegated as well; not with the permissions of items', async () => {
      const id = await registered();
      for (const delegated of [false, true]) {
        const as: CallerOptions = { permissions: ['ExternalConnection.Read.All'], delegated };
        expect((await readSchema(server, id, { as, version })).status).toBe(200);
        assertGraphError(
          await readSchema(server, id, { as: { ...as, permissions: ['ExternalItem.Read.All'] }, version }),
          { status: 403, code: 'AccessDenied', inner: { code: 'InsufficientPermissions' } },
        );
      }
    });

    it('has no query options: they are ignored', async () => {
      const id = await registered();
      const answer = await send(server, 'GET', `${schemaPath(id)}?$select=baseType&$expand=x`);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body).toEqual((await readSchema(server, id)).body);
    });

    it('finds it by the key syntax of OData, and by an id in another case', async () => {
      const id = await registered();
      for (const path of [`external/connections('${id}')/schema`, schemaPath(id.toUpperCase()).slice(6)])
        expect((await send(server, 'GET', `/${version}/${path}`)).status, path).toBe(200);
    });
  });

  it('is what was registered, attribute by attribute, in the order of its properties', async () => {
    const properties = [
      {
        name: 'ticketTitle',
        type: 'string',
        description: 'What the ticket says – “in short” ✓',
        aliases: ['subject', 'headline'],
        labels: ['title'],
        isSearchable: true,
        isQueryable: true,
        isRetrievable: true,
        isRefinable: false,
        isExactMatchRequired: false,
      },
      {
        name: 'code',
        type: 'stringCollection',
        aliases: [],
        labels: [],
        isSearchable: false,
        isQueryable: true,
        isRetrievable: false,
        isRefinable: true,
        isExactMatchRequired: true,
      },
      {
        name: 'body',
        type: 'string',
        aliases: [],
        labels: [],
        isSearchable: true,
        isQueryable: false,
        isRetrievable: false,
        isRefinable: false,
        isExactMatchRequired: false,
        rankingHint: { importanceScore: 'veryHigh' },
      },
    ];
    const id = await registered(...properties);
    expect((await readSchema(server, id)).body.properties).toEqual(properties);
    expect((await readSchema(server, id, { version: 'v1.0' })).body.properties).toEqual(
      properties.map(({ isExactMatchRequired: _exact, rankingHint: _hint, ...rest }) => rest),
    );
  });

  it('shows the new one while an update is in progress', async () => {
    const id = await draftConnection(server);
    const first = await register(server, id);
    time.pass(MINUTE);
    await ended(server, first.headers.get('location')!);
    await register(server, id, validSchema(property(), property({ name: 'more' })));
    expect((await readSchema(server, id)).body.properties).toHaveLength(2);
  });

  it('leaves the items under the one before while an update is in progress', async () => {
    const id = await draftConnection(server);
    await register(server, id);
    time.pass(MINUTE);
    await register(server, id, validSchema(property(), property({ name: 'more' })));
    const item = validItem({ properties: { title: 'x', more: 'y' } });
    assertGraphError(await putItem(server, id, 'T1', item), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'PropertyNotFound' },
    });
    expect((await putItem(server, id, 'T1', validItem({ properties: { title: 'x' } }))).status).toBe(200);
    time.pass(MINUTE);
    expect((await putItem(server, id, 'T1', item)).body.properties).toEqual({ title: 'x', more: 'y' });
  });
});
