import { beforeAll, describe, expect, it } from 'vitest';
import { RouteTable } from '../../../src/graph/http/route-table.js';
import { newTenant } from '../../support/callers.js';
import { documentedPaths, serviceModel } from '../../support/contract.js';
import { assertGraphError } from '../../support/errors.js';
import { addMember, createGroup, validGroup, validMember } from '../../support/groups.js';
import { type Answer, send } from '../../support/http.js';
import { itemPath, putItem, validItem } from '../../support/items.js';
import { operationPath, readyConnection, register, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { batch, inner } from '../batch/batches.js';
import { readXml, type XmlElement } from './xml.js';

const VERSIONS = ['beta', 'v1.0'] as const;
const NAMESPACE = 'microsoft.graph.externalConnectors';

interface ModelPath {
  readonly method: string;
  /** Below the version; the name of its collection stands before each key, `{id}`. */
  readonly path: string;
}

/** What the OpenAPI excerpts of the contract list. */
const ofDocument = (version: string): ModelPath[] =>
  Object.entries(documentedPaths(version)).flatMap(([path, methods]) =>
    methods.map((method) => ({ method, path: path.replaceAll(/\{[^}]*\}/g, '{id}') })),
  );

/** What follows from a service model by the conventions of OData, for reading alone. */
function ofModel(version: string): ModelPath[] {
  const root = readXml(serviceModel(version));
  const elements = root.children.flatMap((services) => services.children).flatMap(({ children }) => children);
  const container = elements.find(({ name }) => name === 'EntityContainer')!.children;
  const paths: string[] = [];
  const entity = (path: string, type: string): void => {
    const found = elements.find(
      ({ name, attributes }) => name === 'EntityType' && type === `${NAMESPACE}.${attributes.Name}`,
    );
    if (found === undefined) throw new Error(`There is no ${type}.`);
    for (const { name, attributes } of found.children) {
      if (name === 'NavigationProperty') navigation(`${path}/${attributes.Name}`, attributes);
      else if (attributes.Name !== 'id') paths.push(`${path}/${attributes.Name}`);
    }
  };
  const navigation = (path: string, { Type }: XmlElement['attributes']): void => {
    const of = /^Collection\((.*)\)$/.exec(Type!)?.[1];
    paths.push(path, `${path}/$ref`);
    if (of === undefined) return entity(path, Type!);
    paths.push(`${path}/$count`, `${path}/{id}`, `${path}/{id}/$ref`);
    entity(`${path}/{id}`, of);
  };
  for (const { name, attributes } of container) {
    if (name === 'EntitySet')
      navigation(`/${attributes.Name}`, { Type: `Collection(${attributes.EntityType})` });
    else if (attributes.Name === 'external') {
      paths.push('/external');
      entity('/external', attributes.Type!);
    }
  }
  return paths.map((path) => ({ method: 'GET', path }));
}

describe.each(VERSIONS)('field 6: every path of the service model of %s', (version) => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let keys: Record<string, string>;
  const call = { as: { tenantId: newTenant() } };
  beforeAll(async () => {
    keys = await world();
  });

  /** One of everything, by the name of its collection. */
  async function world(): Promise<Record<string, string>> {
    const connection = await readyConnection(server, call);
    const operation = operationPath(await register(server, connection, validSchema(), call))
      .split('/')
      .at(-1)!;
    await putItem(server, connection, 'T4711', validItem(), call);
    const group = validGroup();
    await createGroup(server, connection, group, call);
    const member = validMember();
    await addMember(server, connection, String(group.id), member, call);
    const activities = [{ type: 'viewed', startDateTime: '2026-11-24T18:05:10Z', performedBy: member }];
    const added = await send(server, 'POST', `${itemPath(connection, 'T4711')}/addActivities`, {
      ...call,
      body: { activities },
    });
    const activity = String(added.body.value[0].id);
    return {
      connections: connection,
      operations: operation,
      items: 'T4711',
      groups: String(group.id),
      members: String(member.id),
      activities: activity,
    };
  }

  const all = (): ModelPath[] => [
    ...new Map(
      [...ofDocument(version), ...ofModel(version)].map((entry) => [`${entry.method} ${entry.path}`, entry]),
    ).values(),
  ];

  const withKeys = (path: string): string =>
    path.replaceAll(/(\w+)\/\{id\}/g, (_, collection: string) => `${collection}/${keys[collection]!}`);
  const withParentheses = (path: string): string =>
    path.replaceAll(/(\w+)\/\{id\}/g, (_, collection: string) => `${collection}('${keys[collection]!}')`);

  /** Whether the application has a route there; the entity set is another name of the collection. */
  const isServed = ({ method, path }: ModelPath): boolean =>
    server.app
      .get(RouteTable)
      .has(method, `/${version}${path.replace(/^\/connections/, '/external/connections')}`);

  const assertNotBuilt = (answer: Answer): void =>
    assertGraphError(answer, { status: 501, code: 'NotImplementedByGraphConnections', inner: null });

  it('is taken from the contract whole', () => {
    expect(all().length).toBeGreaterThan(80);
    expect(all().filter(isServed).length).toBeGreaterThan(25);
    expect(all().filter((entry) => !isServed(entry)).length).toBeGreaterThan(40);
  });

  it.each(['in segments', 'in parentheses'])(
    'is served, or missing by its name: 501, never 404 or 400, keys %s',
    async (keysAre) => {
      const spelled = keysAre === 'in segments' ? withKeys : withParentheses;
      for (const entry of all()) {
        if (isServed(entry)) continue;
        assertNotBuilt(await send(server, entry.method, `/${version}${spelled(entry.path)}`, { as: null }));
      }
    },
  );

  it('is read, where it is served, with both spellings of keys', async () => {
    for (const entry of all().filter((candidate) => candidate.method === 'GET' && isServed(candidate))) {
      for (const path of [withKeys(entry.path), withParentheses(entry.path)]) {
        const answer = await send(server, 'GET', `/${version}${path}`, call);
        expect(answer.status, `${path}: ${answer.text}`).toBe(200);
      }
    }
  });

  it('says the same inside of a batch', async () => {
    const entries = all().filter(({ method }) => method === 'GET');
    for (let first = 0; first < entries.length; first += 20) {
      const some = entries.slice(first, first + 20);
      const requests = some.map(({ path }, index) => ({
        id: String(index),
        method: 'GET',
        url: withKeys(path),
      }));
      const answer = await batch(server, requests, { ...call, version });
      some.forEach((entry, index) => {
        const { status, text } = inner(answer, String(index));
        expect(status, `${entry.path}: ${text}`).toBe(isServed(entry) ? 200 : 501);
      });
    }
  });

  it('and no other: what the model does not have is a segment that does not exist', async () => {
    const connection = `/${version}/external/connections/${keys.connections!}`;
    for (const path of [`${connection}/nothing`, `${connection}/$nothing`, `${connection}/items/$nothing`])
      assertGraphError(await send(server, 'GET', path, call), {
        status: 400,
        code: 'BadRequest',
        message: `Resource not found for the segment '${path.split('/').at(-1)!}'.`,
      });
  });
});
