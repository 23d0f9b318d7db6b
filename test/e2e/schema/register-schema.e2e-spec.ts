import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CallerOptions, newTenant } from '../../support/callers.js';
import { newId, read } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import {
  draftConnection,
  operationPath,
  operations,
  property,
  readSchema,
  register,
  schemaPath,
  validSchema,
} from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { Time } from '../../support/time.js';
import { batch, entry, JSON_BODY } from '../batch/batches.js';

const MINUTE = 60_000;
const GUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const IN_PROGRESS = {
  status: 409,
  code: 'NotAllowed',
  inner: {
    code: 'OperationInProgress',
    source: 'Schema',
    message: expect.stringContaining('A schema operation is in progress.'),
  },
} as const;

describe('registering a schema', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: String(MINUTE) });
  let time: Time;
  beforeAll(async () => {
    time = new Time(server);
  });
  afterEach(() => time.reset());

  const assertAccepted = (answer: Answer, id: string, version: string): void => {
    expect(answer.status, answer.text).toBe(202);
    expect(answer.text).toBe('');
    expect(answer.headers.get('content-type')).toBeNull();
    expect(answer.headers.get('content-length')).toBe('0');
    expect(answer.headers.get('location')).toMatch(
      new RegExp(`^${server.url}/${version}/external/connections/${id}/operations/${GUID}$`),
    );
  };
  const assertUntouched = async (id: string): Promise<void> => {
    assertGraphError(await readSchema(server, id), { status: 404, code: 'ItemNotFound' });
    expect((await operations(server, id)).body.value).toEqual([]);
    expect((await read(server, id)).body.state).toBe('draft');
  };

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each(['PATCH', 'POST'])(
      'answers %s by 202, an empty body without Content-Type, and the absolute Location of the operation, which answers',
      async (method) => {
        const id = await draftConnection(server);
        const answer = await send(server, method, schemaPath(id, version), { body: validSchema() });
        assertAccepted(answer, id, version);
        const operation = await send(server, 'GET', operationPath(answer));
        expect(operation.body).toMatchObject({ status: 'inprogress', error: null });
        expect((await readSchema(server, id, { version })).body.properties).toHaveLength(1);
      },
    );

    it.each([
      ['application/x-www-form-urlencoded'],
      ['application/x-www-form-urlencoded;charset=utf-8'],
      ['text/plain'],
      ['application/json; charset=utf-8'],
    ])('reads JSON under Content-Type: %s', async (type) => {
      for (const method of ['PATCH', 'POST']) {
        const id = await draftConnection(server);
        const answer = await send(server, method, schemaPath(id, version), {
          body: JSON.stringify(validSchema()),
          headers: { 'content-type': type },
        });
        assertAccepted(answer, id, version);
      }
    });

    it('reads a gzip body', async () => {
      const id = await draftConnection(server);
      const body = gzipSync(JSON.stringify(validSchema()));
      const headers = { 'content-encoding': 'gzip' };
      assertAccepted(await register(server, id, body, { headers, version }), id, version);
    });

    it.each([
      ['respond-async', 'respond-async'],
      ['Respond-Async', 'respond-async'],
      ['return=minimal, respond-async', 'respond-async'],
      ['return=minimal', null],
      [undefined, null],
    ])('answers Prefer: %s by Preference-Applied: %s, and by the same 202', async (prefer, applied) => {
      const id = await draftConnection(server);
      const headers: Record<string, string> = prefer === undefined ? {} : { prefer };
      const answer = await register(server, id, validSchema(), { headers, version });
      assertAccepted(answer, id, version);
      expect(answer.headers.get('preference-applied')).toBe(applied);
    });

    it.each([
      ['String', 'string'],
      ['DateTime', 'dateTime'],
      ['StringCollection', 'stringCollection'],
      ['INT64COLLECTION', 'int64Collection'],
      ['Double', 'double'],
      ['doublecollection', 'doubleCollection'],
      ['dateTimeCollection', 'dateTimeCollection'],
      ['Int64', 'int64'],
      ['Boolean', 'boolean'],
    ])('takes the type %s, and reads it as %s', async (sent, kept) => {
      const id = await draftConnection(server);
      const answer = await register(server, id, validSchema(property({ type: sent })), { version });
      expect(answer.status, answer.text).toBe(202);
      expect((await readSchema(server, id)).body.properties[0].type).toBe(kept);
    });

    it('takes booleans as strings, and reads them as booleans', async () => {
      const id = await draftConnection(server);
      const sent = property({ isSearchable: 'true', isQueryable: 'True', isRefinable: 'false' });
      expect((await register(server, id, validSchema(sent), { version })).status).toBe(202);
      expect((await readSchema(server, id)).body.properties[0]).toMatchObject({
        isSearchable: true,
        isQueryable: true,
        isRefinable: false,
      });
    });

    it('ignores @odata.type on the schema and on its properties, and an id', async () => {
      const id = await draftConnection(server);
      const body = {
        '@odata.type': '#microsoft.graph.externalConnectors.schema',
        id: 'schema',
        ...validSchema({
          ...property(),
          '@odata.type': '#microsoft.graph.externalConnectors.property',
          'labels@odata.type': '#Collection(microsoft.graph.externalConnectors.label)',
        }),
      };
      const answer = await register(server, id, body, { version });
      expect(answer.status, answer.text).toBe(202);
      expect((await readSchema(server, id)).body).not.toHaveProperty('id');
    });

    it('takes null as left out', async () => {
      const id = await draftConnection(server);
      const none = Object.fromEntries(
        ['description', 'aliases', 'labels', 'isSearchable', 'isQueryable', 'isRefinable'].map((name) => [
          name,
          null,
        ]),
      );
      expect((await register(server, id, validSchema(property(none)), { version })).status).toBe(202);
      expect((await readSchema(server, id)).body.properties[0]).toMatchObject({
        aliases: [],
        labels: [],
        isSearchable: false,
        isQueryable: false,
        isRefinable: false,
      });
    });

    it('takes the pages’ assignedTo and numReactions as the model’s assignedToPeople and numberOfReactions', async () => {
      const id = await draftConnection(server);
      const body = validSchema(
        property({ name: 'assignee', labels: ['assignedTo'] }),
        property({ name: 'likes', type: 'int64', labels: ['numReactions'] }),
      );
      expect((await register(server, id, body, { version })).status).toBe(202);
      const headers = { prefer: 'include-unknown-enum-members' };
      const { properties } = (await readSchema(server, id, { headers, version })).body;
      expect(properties.map(({ labels }: { labels: string[] }) => labels)).toEqual([
        ['assignedToPeople'],
        ['numberOfReactions'],
      ]);
    });

    it('takes 128 properties, and refuses 129', async () => {
      const id = await draftConnection(server);
      const some = (count: number): unknown =>
        validSchema(...Array.from({ length: count }, (_, index) => property({ name: `property${index}` })));
      assertGraphError(await register(server, id, some(129), { version }), {
        status: 400,
        code: 'InvalidRequest',
        inner: {
          code: 'InvalidPropertyCount',
          message: 'A schema must have between 1 and 128 properties.',
        },
      });
      await assertUntouched(id);
      expect((await register(server, id, some(128), { version })).status).toBe(202);
      expect((await readSchema(server, id)).body.properties).toHaveLength(128);
    });

    it('stores nothing of a refused schema, and takes a good one afterwards', async () => {
      const id = await draftConnection(server);
      const bodies = [
        '',
        '{',
        '[]',
        validSchema(property({ name: 'not-a-name' })),
        validSchema(property(), property()),
        { ...validSchema(), colour: 'red' },
      ];
      for (const body of bodies) expect((await register(server, id, body, { version })).status).toBe(400);
      await assertUntouched(id);
      expect((await register(server, id, validSchema(), { version })).status).toBe(202);
    });

    it('answers 404 for a connection that is not there', async () => {
      for (const method of ['PATCH', 'POST'])
        assertGraphError(await send(server, method, schemaPath(newId(), version), { body: validSchema() }), {
          status: 404,
          code: 'ItemNotFound',
          inner: { code: 'ResourceNotFound', source: 'Connection' },
        });
    });

    it('answers 202 with its Location inside a batch', async () => {
      const id = await draftConnection(server);
      const url = `/external/connections/${id}/schema`;
      const answer = await batch(
        server,
        [
          { id: '1', method: 'PATCH', url, headers: JSON_BODY, body: validSchema() },
          { id: '2', method: 'PATCH', url, headers: JSON_BODY, body: validSchema(), dependsOn: ['1'] },
          { id: '3', method: 'GET', url, dependsOn: ['1'] },
        ],
        { version },
      );
      const accepted = entry(answer, '1');
      expect(accepted.status).toBe(202);
      expect(accepted).not.toHaveProperty('body');
      const location = Object.entries(accepted.headers).find(([name]) => name.toLowerCase() === 'location');
      expect(location?.[1]).toContain(`${server.url}/${version}/external/connections/${id}/operations/`);
      expect(entry(answer, '2').status).toBe(409);
      expect(entry(answer, '3').body.baseType).toBe('microsoft.graph.externalItem');
    });
  });

  describe('while an operation is in progress', () => {
    it.each(['PATCH', 'POST'])(
      'refuses %s, names the operation and changes nothing, until it has ended [schemaOperationInProgress]',
      async (method) => {
        const id = await draftConnection(server);
        const first = await register(server, id);
        const more = validSchema(property(), property({ name: 'more' }));
        const refused = await send(server, method, schemaPath(id), { body: more });
        assertGraphError(refused, IN_PROGRESS);
        expect(refused.body.error.innerError.message).toContain(operationPath(first).split('/').at(-1));
        expect((await readSchema(server, id)).body.properties).toHaveLength(1);
        expect((await operations(server, id)).body.value).toHaveLength(1);
        time.pass(MINUTE);
        expect((await send(server, method, schemaPath(id), { body: more })).status).toBe(202);
        assertGraphError(await send(server, method, schemaPath(id), { body: more }), IN_PROGRESS);
      },
    );

    it('takes one of 20 registrations at once', async () => {
      const id = await draftConnection(server);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          register(server, id, validSchema(property({ name: `of${index}` }))),
        ),
      );
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
      for (const refused of answers.filter(({ status }) => status !== 202))
        assertGraphError(refused, IN_PROGRESS);
      const winner = answers.findIndex(({ status }) => status === 202);
      expect((await readSchema(server, id)).body.properties[0].name).toBe(`of${winner}`);
      expect((await operations(server, id)).body.value).toHaveLength(1);
    });
  });

  describe('is for', () => {
    const owner: CallerOptions = {
      tenantId: newTenant(),
      permissions: ['ExternalConnection.ReadWrite.OwnedBy'],
    };
    const stranger: CallerOptions = { ...owner, appId: '1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f' };

    it.each(['PATCH', 'POST', 'GET'])(
      'lets the owner and everyone with .All %s, not another application (403), not another tenant (404)',
      async (method) => {
        const id = await draftConnection(server, { as: owner });
        const call = (as: CallerOptions): Promise<Answer> =>
          send(server, method, schemaPath(id), {
            as,
            ...(method === 'GET' ? {} : { body: validSchema() }),
          });
        assertGraphError(await call(stranger), {
          status: 403,
          code: 'AccessDenied',
          inner: { code: 'ConnectionNotOwned', source: 'Connection' },
        });
        for (const as of [{}, { permissions: owner.permissions }] satisfies CallerOptions[])
          assertGraphError(await call({ ...as, tenantId: newTenant() }), {
            status: 404,
            code: 'ItemNotFound',
            inner: { code: 'ResourceNotFound', source: 'Connection' },
          });
        await assertNothing(id);
        const all: CallerOptions = { ...stranger, permissions: ['ExternalConnection.ReadWrite.All'] };
        expect((await call(all)).status).toBe(method === 'GET' ? 404 : 202);
        time.pass(MINUTE);
        expect((await call(owner)).status).toBe(method === 'GET' ? 404 : 202);
      },
    );

    const assertNothing = async (id: string): Promise<void> => {
      const list = await operations(server, id, { as: owner });
      expect(list.body.value).toEqual([]);
    };

    it.each<[what: string, permissions: CallerOptions['permissions']]>([
      ['no permission', []],
      ['one to read', ['ExternalConnection.Read.All']],
      ['those of items', ['ExternalItem.ReadWrite.All', 'ExternalItem.ReadWrite.OwnedBy']],
    ])('refuses those with %s, delegated or not', async (_what, permissions) => {
      const id = await draftConnection(server, { as: owner });
      for (const delegated of [false, true])
        assertGraphError(
          await register(server, id, validSchema(), { as: { ...owner, permissions, delegated } }),
          { status: 403, code: 'AccessDenied', inner: { code: 'InsufficientPermissions' } },
        );
      await assertNothing(id);
    });

    it('refuses those without a token, before anything is read', async () => {
      assertGraphError(await register(server, newId(), '{', { as: null }), {
        status: 401,
        code: 'InvalidAuthenticationToken',
      });
    });
  });

  it('answers the DELETE of a schema by 404 UnknownError, and the schema stays [schemaNotDeletable]', async () => {
    const id = await draftConnection(server);
    await register(server, id);
    for (const path of [schemaPath(id), schemaPath(id, 'v1.0'), schemaPath(newId())]) {
      const answer = await send(server, 'DELETE', path);
      assertGraphError(answer, { status: 404, code: 'UnknownError', message: '', inner: null });
      expect(answer.body.error.details).toEqual([
        { code: 'UnknownError', message: 'A schema cannot be deleted; delete its connection.' },
      ]);
    }
    assertGraphError(await send(server, 'DELETE', schemaPath(id), { as: null }), {
      status: 401,
      code: 'InvalidAuthenticationToken',
    });
    expect((await readSchema(server, id)).status).toBe(200);
  });

  it('has no PUT of a schema', async () => {
    const answer = await send(server, 'PUT', schemaPath(newId()), { body: validSchema() });
    assertGraphError(answer, { status: 405, code: 'BadRequest' });
    // Not DELETE, which is always refused.
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'PATCH', 'POST']);
  });
});
