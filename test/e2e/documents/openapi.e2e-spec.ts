import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { createDocument, publishedDocuments } from '../../../src/openapi/documents.js';
import { Declared } from '../../support/answers.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

type Json = Record<string, any>;

const PERMISSIONS = 'x-ms-permissions';
const CONNECTIONS = 'external/connections';
const NAMESPACE = 'microsoft.graph.externalConnectors';
/** A value of an item, whose properties are open. */
const PRINCIPAL = `${NAMESPACE}.principal`;
const SEED = { id: 'contosohr', name: 'Contoso HR', description: 'Connection to index Contoso HR system' };

const json = (path: string): Json =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));

/** A document as others get it. */
const published = (document: OpenAPIObject): Json => JSON.parse(JSON.stringify(document));

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly version: string;
  readonly declared: Json;
}

const operationsOf = (document: Json): Operation[] =>
  Object.entries(document.paths as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, declared]) => ({
      path,
      method: method.toUpperCase(),
      version: path.split('/')[1]!,
      declared,
    })),
  );

/** Everything in a document with its place, depth first. */
function* everything(value: unknown, place = ''): Generator<{ place: string; key: string; value: any }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    yield { place: `${place}/${key}`, key, value: entry };
    yield* everything(entry, `${place}/${key}`);
  }
}

describe('the OpenAPI document', () => {
  const server = useServer();
  let document: Json;
  beforeAll(async () => {
    document = published(createDocument(server.app, loadConfiguration({})));
  });

  const schema = (name: string): Json => {
    const found = document.components.schemas[`${NAMESPACE}.${name}`];
    expect(found, `there is no schema ${name}`).toBeDefined();
    return found;
  };
  const operation = (method: string, path: string): Json => {
    const found = operationsOf(document).find((entry) => entry.method === method && entry.path === path);
    expect(found, `there is no ${method} ${path}`).toBeDefined();
    return found!.declared;
  };

  it('is the committed one: npm run openapi writes it anew', () => {
    for (const { path, document: make } of publishedDocuments(server.app, loadConfiguration({}))) {
      const file = `openapi/${path}.json`;
      expect(json(file), `${file} has drifted: run "npm run openapi"`).toEqual(published(make()));
    }
  });

  it('is served as JSON and as YAML, to everyone', async () => {
    const served = await send(server, 'GET', '/openapi.json', { as: null });
    expect(served.status).toBe(200);
    expect(served.headers.get('content-type')).toContain('application/json');
    expect(served.body).toEqual(document);
    const yaml = await send(server, 'GET', '/openapi.yaml', { as: null });
    expect(yaml.status).toBe(200);
    expect(yaml.text).toContain('openapi: 3.1.0');
  });

  it.each(['beta', 'v1.0'])('is served of %s alone as well, with what that version has', async (version) => {
    const { status, body } = await send(server, 'GET', `/openapi-${version}.json`, { as: null });
    expect(status).toBe(200);
    expect((await send(server, 'GET', `/openapi-${version}.yaml`, { as: null })).text).toContain(
      'openapi: 3.1.0',
    );
    expect(await new Validator().validate(structuredClone(body))).toEqual({ valid: true });
    expect(Object.keys(body.paths)).toEqual(
      Object.keys(document.paths).filter((path) => path.startsWith(`/${version}/`)),
    );
    const references = [...everything(body)]
      .filter(({ key }) => key === '$ref')
      .map(({ value }) => String(value).replace('#/components/schemas/', ''));
    expect(new Set([...references, PRINCIPAL])).toEqual(new Set(Object.keys(body.components.schemas)));
    expect(Object.keys(body.components.schemas).filter((name) => name.endsWith('.v1.0'))).toEqual([]);
    const connection = body.components.schemas[`${NAMESPACE}.externalConnection`];
    expect('complianceSettings' in connection.properties).toBe(version === 'beta');
  });

  it('groups every operation under one resource that it tells of', () => {
    const told = (document.tags as Json[]).map(({ name }) => name);
    for (const { method, path, declared } of operationsOf(document)) {
      expect(declared.tags, `${method} ${path}`).toHaveLength(1);
      expect(told, `${method} ${path}`).toContain(declared.tags[0]);
    }
    for (const { description } of document.tags as Json[]) expect(description).toMatch(/\.$/);
  });

  it('is valid OpenAPI', async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
    expect(document.openapi).toBe('3.1.0');
  });

  it('names the release, the license and the server', () => {
    const { version, license } = json('package.json');
    expect(document.info).toMatchObject({ title: 'Graph Connections', version, license: { name: license } });
    expect(document.servers).toEqual([{ url: '/', description: expect.any(String) }]);
  });

  it('refers only to schemas that it has, and has none that nothing refers to but the type of a value of an item', () => {
    const references = [...everything(document)]
      .filter(({ key }) => key === '$ref')
      .map(({ value }) => String(value).replace('#/components/schemas/', ''));
    expect(new Set([...references, PRINCIPAL])).toEqual(new Set(Object.keys(document.components.schemas)));
  });

  it('shows nothing of how it was made', () => {
    const keys = [...everything(document)].map(({ key }) => key);
    expect(new Set(keys.filter((key) => key.startsWith('x-')))).toEqual(new Set([PERMISSIONS]));
    expect(keys).not.toContain('nullable');
    expect(JSON.stringify(document)).not.toMatch(/Dto|Controller|\[\d\]/);
  });

  it('requires only properties that exist', () => {
    for (const { place, value } of everything(document.components.schemas)) {
      if (!Array.isArray(value?.required)) continue;
      expect(Object.keys(value.properties), place).toEqual(expect.arrayContaining(value.required));
      expect(new Set(value.required).size, place).toBe(value.required.length);
    }
  });

  it('describes each property of the service model', () => {
    for (const [name, { properties = {} }] of Object.entries<Json>(document.components.schemas)) {
      if (!name.startsWith(NAMESPACE)) continue;
      for (const [property, shape] of Object.entries<Json>(properties)) {
        if (!property.startsWith('@') && property !== 'value')
          expect(shape.description, `${name}.${property}`).toMatch(/\.$/);
      }
    }
  });

  it('says of every operation what it does and how it fails', () => {
    const operations = operationsOf(document);
    expect(operations.length).toBeGreaterThanOrEqual(6);
    for (const { method, path, declared } of operations) {
      const place = `${method} ${path}`;
      expect(declared.summary, place).toMatch(/^[A-Z]\w+/);
      expect(declared.tags, place).toHaveLength(1);
      const statuses = Object.keys(declared.responses);
      const needed = [
        '500',
        ...(declared.security ? ['401', '429'] : []),
        ...(declared[PERMISSIONS] ? ['403'] : []),
      ];
      expect(statuses, place).toEqual(expect.arrayContaining(needed));
      expect(
        statuses.some((status) => Number(status) < 300),
        place,
      ).toBe(true);
      for (const [status, { description, content }] of Object.entries<Json>(declared.responses)) {
        if (Number(status) < 400) continue;
        expect(description, `${place} ${status}`).not.toBe('');
        const graph = { $ref: '#/components/schemas/microsoft.graph.errorResponse' };
        // Search has an envelope of its own for its own rules.
        const search = { $ref: '#/components/schemas/microsoft.graph.searchErrorResponse' };
        const isOfSearch = path.includes('/search/') && status === '400';
        expect(content['application/json'].schema, `${place} ${status}`).toEqual(
          isOfSearch ? { oneOf: [search, graph] } : graph,
        );
      }
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
        expect(declared.parameters, place).toContainEqual(
          expect.objectContaining({ name, in: 'path', required: true }),
        );
      }
    }
  });

  it('says of every operation on connections who may call it', () => {
    const operations = operationsOf(document).filter(({ path }) => path.includes('/external/'));
    expect(operations.length).toBeGreaterThanOrEqual(6);
    for (const { method, path, declared } of operations) {
      const place = `${method} ${path}`;
      const { delegatedWork, delegatedPersonal, application } = declared[PERMISSIONS];
      expect(delegatedPersonal, place).toEqual([]);
      const cell = (names: string[]): string => (names.length === 0 ? 'Not supported.' : names.join(', '));
      expect(declared.description, place).toContain(
        [
          '| Permission type | Permissions (from least to most privileged) |',
          '|:---|:---|',
          `| Delegated (work or school account) | ${cell(delegatedWork)} |`,
          '| Delegated (personal Microsoft account) | Not supported. |',
          `| Application | ${cell(application)} |`,
        ].join('\n'),
      );
      expect(declared.security, place).toEqual([
        { oauth2: ['https://graph.microsoft.com/.default'] },
        { bearer: [] },
      ]);
    }
  });

  it('gives each operation an id of its own, which begins with its version', () => {
    const ids = operationsOf(document).map(({ declared }) => declared.operationId as string);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { version, declared } of operationsOf(document)) {
      expect(declared.operationId).toMatch(new RegExp(`^${version.replace('.', '\\.')}\\.\\w+\\.\\w+$`));
    }
  });

  it('lists all of beta before all of v1.0', () => {
    const versions = operationsOf(document).map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted());
    expect(new Set(versions)).toEqual(new Set(['beta', 'v1.0']));
  });

  it("shows the seed's request and answer, with the links of the version", () => {
    for (const version of ['beta', 'v1.0']) {
      const created = {
        '@odata.context': `http://127.0.0.1:3000/${version}/$metadata#external/connections/$entity`,
        ...SEED,
        state: 'draft',
        configuration: { authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555'] },
      };
      const create = operation('POST', `/${version}/${CONNECTIONS}`);
      expect(Object.values<Json>(create.requestBody.content['application/json'].examples)[0]!.value).toEqual(
        SEED,
      );
      expect(create.responses[201].content['application/json'].example).toEqual(created);
      const get = operation('GET', `/${version}/${CONNECTIONS}/{id}`);
      expect(get.responses[200].content['application/json'].example).toEqual(created);
    }
  });

  it('has only examples that fit their schemas', () => {
    const declared = new Declared(document as OpenAPIObject);
    let count = 0;
    for (const {
      method,
      path,
      declared: { requestBody, responses },
    } of operationsOf(document)) {
      const headers = new Headers({ 'content-type': 'application/json' });
      for (const { value } of Object.values<Json>(requestBody?.content['application/json'].examples ?? {})) {
        expect(declared.faultsOfRequest(value, method, path), `${method} ${path}`).toEqual([]);
        count++;
      }
      for (const [status, { content }] of Object.entries<Json>(responses)) {
        const body = content?.['application/json']?.example;
        if (body === undefined) continue;
        const answer = { status: Number(status), headers, body, text: JSON.stringify(body) };
        declared.assertAnswer(answer, method, path);
        count++;
      }
    }
    expect(count).toBeGreaterThan(30);
  });

  it('shows with each failure what that failure says', () => {
    const codes = (method: string, path: string): Json =>
      Object.fromEntries(
        Object.entries<Json>(operation(method, path).responses)
          .filter(([status]) => Number(status) >= 400)
          .map(([status, { content }]) => [status, content['application/json'].example?.error.code]),
      );
    expect(codes('POST', `/beta/${CONNECTIONS}`)).toMatchObject({
      400: 'InvalidRequest',
      401: 'InvalidAuthenticationToken',
      403: 'AccessDenied',
      409: 'NameAlreadyExists',
      413: 'RequestEntityTooLarge',
      429: 'TooManyRequests',
      500: 'GeneralException',
      503: 'ServiceNotAvailable',
    });
    expect(codes('GET', `/v1.0/${CONNECTIONS}/{id}`)).toMatchObject({ 404: 'ItemNotFound' });
  });

  describe('of each version', () => {
    it('leaves out of v1.0 what only beta has', () => {
      const betaOnly = ['enabledContentExperiences', 'complianceSettings'];
      for (const name of ['externalConnection', 'externalConnection.create']) {
        const beta = Object.keys(schema(name).properties);
        const v1 = Object.keys(schema(`${name}.v1.0`).properties);
        expect(beta).toEqual(expect.arrayContaining(betaOnly));
        for (const property of betaOnly) expect(v1).not.toContain(property);
      }
      for (const { path, version, declared } of operationsOf(document)) {
        if (version === 'v1.0') expect(JSON.stringify(declared), path).not.toMatch(/\/beta\//);
      }
    });

    it('refers in v1.0 to its own schemas, all the way down', () => {
      const reached = new Set<string>();
      const reach = (part: unknown): void => {
        for (const { key, value } of everything(part)) {
          const name = key === '$ref' ? String(value).replace('#/components/schemas/', '') : undefined;
          if (name === undefined || reached.has(name)) continue;
          reached.add(name);
          reach(document.components.schemas[name]);
        }
      };
      for (const { version, declared } of operationsOf(document)) if (version === 'v1.0') reach(declared);
      const names = [...reached];
      expect(names).toContain(`${NAMESPACE}.externalConnection.v1.0`);
      for (const name of names) {
        if (`${name}.v1.0` in document.components.schemas) expect(names, name).not.toContain(name);
      }
      expect(names).not.toContain(`${NAMESPACE}.complianceSettings`);
    });

    it('requires a description in v1.0 only', () => {
      expect(schema('externalConnection.create').required).toEqual(['id', 'name']);
      expect(schema('externalConnection.create').properties.description.type).toEqual(['string', 'null']);
      expect(schema('externalConnection.create.v1.0').required).toEqual(['id', 'name', 'description']);
      expect(schema('externalConnection.create.v1.0').properties.description).toMatchObject({
        type: 'string',
        minLength: 1,
      });
      for (const name of ['externalConnection', 'externalConnection.v1.0']) {
        expect(schema(name).properties.description.type).toEqual(['string', 'null']);
      }
    });
  });

  it.each<[name: string, property: string, limits: Json]>([
    [
      'externalConnection.create',
      'id',
      { type: 'string', minLength: 3, maxLength: 32, pattern: '^[A-Za-z0-9]*$' },
    ],
    ['externalConnection.create', 'name', { type: 'string', minLength: 1, maxLength: 128 }],
    [
      'externalConnection.create',
      'contentCategory',
      { $ref: `#/components/schemas/${NAMESPACE}.contentCategory` },
    ],
    ['externalConnection.create', 'connectorId', { type: ['string', 'null'] }],
    [
      'externalConnection.create',
      'enabledContentExperiences',
      { anyOf: [{ $ref: `#/components/schemas/${NAMESPACE}.contentExperienceType` }, { type: 'null' }] },
    ],
    [
      'externalConnection.create',
      'searchSettings',
      { anyOf: [{ $ref: `#/components/schemas/${NAMESPACE}.searchSettings` }, { type: 'null' }] },
    ],
    ['searchSettings', 'searchResultTemplates', { type: ['array', 'null'], maxItems: 2 }],
    ['complianceSettings', 'eDiscoveryResultTemplates', { type: ['array', 'null'] }],
    ['displayTemplate', 'id', { type: 'string', pattern: '^[A-Za-z0-9]{1,16}$' }],
    ['displayTemplate', 'layout', { type: 'object', additionalProperties: true }],
    ['displayTemplate', 'priority', { type: 'integer', format: 'int32', minimum: 0 }],
    ['propertyRule', 'property', { type: 'string', minLength: 1 }],
    ['propertyRule', 'operation', { $ref: `#/components/schemas/${NAMESPACE}.ruleOperation` }],
    ['propertyRule', 'values', { type: 'array', minItems: 1, items: { type: 'string' } }],
    ['propertyRule', 'valuesJoinedBy', { $ref: '#/components/schemas/microsoft.graph.binaryOperator' }],
    ['activitySettings', 'urlToItemResolvers', { type: ['array', 'null'], maxItems: 8 }],
    ['itemIdResolver', '@odata.type', { type: 'string', enum: [`#${NAMESPACE}.itemIdResolver`] }],
    ['itemIdResolver', 'priority', { type: ['integer', 'null'], minimum: 1, maximum: 8 }],
    ['urlMatchInfo', 'baseUrls', { type: ['array', 'null'], minItems: 1, items: { type: 'string' } }],
    ['configuration', 'authorizedAppIds', { type: ['array', 'null'], items: { type: 'string' } }],
    [
      'externalConnection',
      'state',
      { readOnly: true, $ref: `#/components/schemas/${NAMESPACE}.connectionState` },
    ],
  ])('declares the limits of %s.%s', (name, property, limits) => {
    expect(schema(name).properties[property]).toMatchObject(limits);
  });

  it('field 6: has each enumeration of the service model once, and no copy of one in a property', async () => {
    for (const version of ['beta', 'v1.0']) {
      const { text } = await send(server, 'GET', `/${version}/$metadata`, { as: null });
      const names = [...text.matchAll(/<EnumType Name="(\w+)"/g)].map(([, name]) => name!);
      expect(names.length).toBeGreaterThan(9);
      const { schemas } = (await send(server, 'GET', `/openapi-${version}.json`, { as: null })).body
        .components;
      for (const name of names) {
        const namespace = name === 'binaryOperator' ? 'microsoft.graph' : NAMESPACE;
        expect(schemas[`${namespace}.${name}`], name).toMatchObject({ type: 'string' });
      }
      const copies = [...everything(schemas)].filter(
        ({ key, place }) =>
          key === 'enum' && place.startsWith(`/${NAMESPACE}`) && /\/properties\/[^@]/.test(place),
      );
      expect(copies.map(({ place }) => place)).toEqual([]);
    }
    expect(document.components.schemas[`${NAMESPACE}.label`].enum).toContain('personAccount');
  });

  it('field 6: says which types are open, and that a request may have nothing more of the others', () => {
    for (const name of ['properties', 'configuration'])
      expect(schema(name), name).toMatchObject({ additionalProperties: true });
    for (const name of [
      'externalConnection.create',
      'externalItem.put',
      'acl',
      'displayTemplate',
      'principal',
    ])
      expect(schema(name), name).toMatchObject({
        additionalProperties: false,
        patternProperties: { '@': {} },
      });
  });

  it('requires nothing of an answer that $select may leave out', () => {
    let count = 0;
    for (const { declared, method, path } of operationsOf(document)) {
      if (!(declared.parameters as Json[] | undefined)?.some(({ name }) => name === '$select')) continue;
      const { $ref } = declared.responses[200].content['application/json'].schema;
      const shape = document.components.schemas[String($ref).replace('#/components/schemas/', '')];
      const entity =
        shape.properties.value === undefined
          ? shape
          : document.components.schemas[
              shape.properties.value.items.$ref.replace('#/components/schemas/', '')
            ];
      expect(entity.required, `${method} ${path}`).toBeUndefined();
      count++;
    }
    expect(count).toBeGreaterThan(10);
  });

  it('has what everybody can get wrong: an address that cannot be read', () => {
    for (const { declared, method, path } of operationsOf(document))
      expect(declared.responses, `${method} ${path}`).toHaveProperty('400');
  });

  it('is what Allow says of a path', async () => {
    const methods = new Map<string, Set<string>>();
    for (const { path, method } of operationsOf(document))
      methods.set(path, (methods.get(path) ?? new Set()).add(method));
    for (const [path, declared] of methods) {
      const { status, headers } = await send(server, 'PUT', path.replaceAll(/\{\w+\}/g, 'x'), { as: null });
      if (declared.has('PUT')) continue;
      expect(status, path).toBe(405);
      const allowed = headers.get('allow')!.split(', ');
      expect(new Set(allowed.filter((name) => name !== 'HEAD')), path).toEqual(declared);
    }
  });

  it('requires of nested types what the service model requires', () => {
    expect(schema('displayTemplate').required).toEqual(['id', 'layout']);
    expect(schema('propertyRule').required).toEqual(['property', 'operation', 'values', 'valuesJoinedBy']);
    expect(schema('itemIdResolver').required).toEqual(['@odata.type']);
    expect(document.components.schemas['microsoft.graph.innerError'].required).toEqual([
      'date',
      'request-id',
      'client-request-id',
    ]);
  });

  it('offers with IDENTITY=oidc no token of an issuer that is not there, and stays valid', async () => {
    const oidc = loadConfiguration({
      IDENTITY: 'oidc',
      IDENTITY_ISSUER: 'https://login.example/tenant',
      IDENTITY_AUDIENCE: 'api://graph-connections',
    });
    const other = published(createDocument(server.app, oidc));
    expect(await new Validator().validate(structuredClone(other))).toEqual({ valid: true });
    expect(Object.keys(other.components.securitySchemes)).toEqual(['bearer']);
    for (const { path, declared } of operationsOf(other)) {
      if (declared.security) expect(declared.security, path).toEqual([{ bearer: [] }]);
    }
    expect(other.info.description).not.toContain('client secret');
  });
});
