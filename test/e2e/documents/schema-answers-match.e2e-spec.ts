import { beforeAll, describe, expect, it } from 'vitest';
import { createDocument } from '../../../src/openapi/documents.js';
import { Declared } from '../../support/answers.js';
import { newId, read } from '../../support/connections.js';
import { type Answer, type Call, send } from '../../support/http.js';
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

const MOST_BYTES = 4_000_000;
const EVERYTHING = [
  property({
    description: 'What it is about',
    aliases: ['subject'],
    labels: ['title'],
    isSearchable: true,
    isQueryable: true,
  }),
  property({ name: 'people', type: 'principalCollection', isRefinable: true, labels: ['tags'] }),
];
const IN_BETA = [
  property({ name: 'code', isExactMatchRequired: true }),
  property({ name: 'text', isSearchable: true, rankingHint: { importanceScore: 'low' } }),
];

describe('what the server answers of schemas and operations is what its OpenAPI document says', () => {
  const failing = newId();
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0', FAIL_SCHEMA_OF: failing });
  let declared: Declared;
  beforeAll(async () => {
    declared = new Declared(createDocument(server.app, server.configuration));
  });

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    const connection = `/${version}/external/connections/{id}`;
    const schema = `${connection}/schema`;
    const operation = `${connection}/operations/{operationId}`;
    const properties = version === 'beta' ? [...EVERYTHING, ...IN_BETA] : EVERYTHING;

    it('match for a schema, sent, read, expanded, and for its operation, alone and in the list', async () => {
      for (const method of ['PATCH', 'POST']) {
        const id = await draftConnection(server);
        const body = validSchema(...properties);
        expect(declared.faultsOfRequest(body, method, schema)).toEqual([]);
        const accepted = await send(server, method, schemaPath(id, version), { body });
        expect(accepted.status, accepted.text).toBe(202);
        declared.assertAnswer(accepted, method, schema);
        for (const headers of [
          undefined,
          { prefer: 'include-unknown-enum-members' },
          { accept: 'application/json;odata.metadata=none' },
        ] as Call['headers'][])
          declared.assertAnswer(await readSchema(server, id, { headers, version }), 'GET', schema);
        declared.assertAnswer(await send(server, 'GET', operationPath(accepted)), 'GET', operation);
        declared.assertAnswer(
          await operations(server, id, { query: '?$count=true', version }),
          'GET',
          `${connection}/operations`,
        );
        declared.assertAnswer(await read(server, id, { version }), 'GET', connection);
      }
    });

    it('match for an operation that failed', async () => {
      const created = { id: failing, name: 'Fails', description: 'x' };
      await send(server, 'POST', `/${version}/external/connections`, { body: created });
      const accepted = await register(server, failing, validSchema(), { version });
      const answer = await send(server, 'GET', operationPath(accepted));
      expect(answer.body.status, answer.text).toBe('failed');
      declared.assertAnswer(answer, 'GET', operation);
      await send(server, 'DELETE', `/${version}/external/connections/${failing}`);
    });

    it('match for a refused schema', async () => {
      const id = await draftConnection(server);
      const path = schemaPath(id, version);
      const missing = schemaPath(newId(), version);
      const nobody = { permissions: [] };
      const encoded = { 'content-encoding': 'zstd' };
      const calls: [status: number, method: string, path: string, declared: string, call: Call][] = [
        ...['PATCH', 'POST'].flatMap((method): typeof calls => [
          [400, method, path, schema, { body: validSchema(property({ name: 'a-b', type: 'x' })) }],
          [401, method, path, schema, { as: null, body: validSchema() }],
          [403, method, path, schema, { as: nobody, body: validSchema() }],
          [404, method, missing, schema, { body: validSchema() }],
          [413, method, path, schema, { body: ' '.repeat(MOST_BYTES + 1) }],
          [415, method, path, schema, { body: validSchema(), headers: encoded }],
        ]),
        ...(
          [
            [path, schema],
            [`/${version}/external/connections/${id}/operations/none`, operation],
          ] as const
        ).flatMap(([address, name]): typeof calls => [
          [401, 'GET', address, name, { as: null }],
          [403, 'GET', address, name, { as: nobody }],
          [404, 'GET', address, name, {}],
        ]),
        [404, 'GET', missing.replace('schema', 'operations'), `${connection}/operations`, {}],
        [400, 'GET', `${path.replace('schema', 'operations')}?$filter=x`, `${connection}/operations`, {}],
      ];
      for (const [status, method, address, name, call] of calls) {
        const answer: Answer = await send(server, method, address, call);
        expect({ method, address, status: answer.status }, answer.text).toEqual({ method, address, status });
        declared.assertAnswer(answer, method, name);
      }
    });

    it.each<[takes: boolean, what: string, body: Record<string, unknown>]>([
      [false, 'no properties', { ...validSchema(), properties: [] }],
      [
        false,
        '129 properties',
        validSchema(...Array.from({ length: 129 }, (_, index) => property({ name: `p${index}` }))),
      ],
      [
        true,
        '128 properties',
        validSchema(...Array.from({ length: 128 }, (_, index) => property({ name: `p${index}` }))),
      ],
      [false, 'another baseType', { ...validSchema(), baseType: 'x' }],
      [false, 'no baseType', { ...validSchema(), baseType: undefined }],
      [false, 'a name with a hyphen', validSchema(property({ name: 'a-b' }))],
      [false, 'a name of 33 characters', validSchema(property({ name: 'x'.repeat(33) }))],
      [true, 'a name of 32 characters', validSchema(property({ name: 'x'.repeat(32) }))],
      [false, 'no type', validSchema(property({ type: undefined }))],
      [false, 'an unknown type', validSchema(property({ type: 'text' }))],
      [false, 'a description of 201 characters', validSchema(property({ description: 'x'.repeat(201) }))],
      [true, 'null for what may be null', validSchema(property({ description: null, labels: null }))],
      [false, 'a property that does not exist', validSchema(property({ colour: 'red' }))],
    ])('match for what it takes, %s: %s', async (takes, _what, body) => {
      const sent = JSON.parse(JSON.stringify(body));
      const answer = await register(server, await draftConnection(server), sent, { version });
      expect(answer.status, answer.text).toBe(takes ? 202 : 400);
      expect(declared.faultsOfRequest(sent, 'PATCH', schema).length === 0).toBe(takes);
    });
  });
});
