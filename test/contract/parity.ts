import { readFileSync } from 'node:fs';
import { NOT_BUILT } from '../../src/graph/http/route-table.js';
import { GRAPH_VERSIONS, type GraphVersion } from '../../src/graph/http/request-context.js';

/** How a version serves an operation; undefined if neither the server nor Graph has it. */
type Status =
  'as in Graph' | 'differs' | 'as in Graph, older form' | 'extra' | 'refused, as in Graph' | '501';

interface Modelled {
  readonly documented: boolean;
  readonly deprecated: boolean;
}

/** Operations with a reference page that the OpenAPI extract of the contract does not contain. */
const DOCUMENTED_ELSEWHERE = ['POST /$batch', 'POST /copilot/retrieval'];

/** Operations that Graph always refuses. */
const REFUSED: Readonly<Record<string, string>> = {
  'POST /external/connections/{id}/items': '`404`: [errors.md I2](contract/errors.md#i2)',
  'DELETE /external/connections/{id}/schema': '`404 UnknownError`: [errors.md S15](contract/errors.md#s15)',
};

/** Documented operations that behave otherwise here, each with the difference. */
const DIFFERS: Readonly<Record<string, string>> = {
  'POST /external/connections':
    '`connectorId` needs no `GraphConnectors-Ticket` header: [fidelity](fidelity.md#different-knowingly)',
  'DELETE /external/connections/{id}':
    'the id is free at once, in Graph after minutes (`CONNECTION_REMOVAL_MS`): [field 3.7](contract/field.md#3.7)',
  'PATCH /external/connections/{id}/schema':
    'the operation takes two seconds, in Graph minutes (`SCHEMA_PROVISIONING_MS`): [fidelity](fidelity.md#schema-and-operations)',
  'GET /external/connections/{id}/items/{id}':
    'without the properties that live tenants add (`SERVICE_PROPERTIES`): [field 1.5](contract/field.md#1.5)',
  'POST /$batch': 'the answers of a batch have a limit in bytes: [fidelity](fidelity.md#limits)',
};

const METHOD = /^ {4}(get|put|post|patch|delete):$/;

const operationName = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replace(/\{[^}]*\}/g, '{id}')}`;

/** The operations of the contract's OpenAPI extract of a version. */
function modelledOperations(version: GraphVersion): Map<string, Modelled> {
  const operations = new Map<string, Modelled>();
  const file = `docs/contract/openapi-${version.replace('v1.0', 'v1')}-external.yaml`;
  let path = '';
  let name = '';
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('components:')) break;
    path = /^ {2}(\/.*):$/.exec(line)?.[1] ?? path;
    const method = METHOD.exec(line)?.[1];
    if (method !== undefined) name = operationName(method, path);
    const [, key, value] = /^ {6}(x-documented|deprecated): (true|false)$/.exec(line) ?? [];
    if (key === undefined) continue;
    const known = operations.get(name) ?? { documented: false, deprecated: false };
    operations.set(name, { ...known, [key === 'deprecated' ? key : 'documented']: value === 'true' });
  }
  return operations;
}

/** The operations of this server's OpenAPI document of a version. */
function servedOperations(version: GraphVersion): Set<string> {
  const { paths } = JSON.parse(readFileSync(`openapi/openapi-${version}.json`, 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  return new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => operationName(method, path.replace(`/${version}/`, '/'))),
    ),
  );
}

function statusOf(name: string, isServed: boolean, modelled: Modelled | undefined): Status | undefined {
  const isNotBuilt = NOT_BUILT.some(({ methods, path }) =>
    methods.some((method) => operationName(method, `/${path}`) === name),
  );
  if (name in REFUSED) return 'refused, as in Graph';
  if (!isServed && modelled === undefined && !isNotBuilt) return undefined;
  if (!isServed) return '501';
  if (name in DIFFERS) return 'differs';
  if (modelled?.deprecated) return 'as in Graph, older form';
  return (modelled?.documented ?? DOCUMENTED_ELSEWHERE.includes(name)) ? 'as in Graph' : 'extra';
}

/** Every operation of Graph or of this server, with its status in each version. */
export function parity(): Map<string, Partial<Record<GraphVersion, Status>>> {
  const rows = new Map<string, Partial<Record<GraphVersion, Status>>>();
  for (const version of GRAPH_VERSIONS) {
    const modelled = modelledOperations(version);
    const served = servedOperations(version);
    const notBuilt = NOT_BUILT.flatMap(({ methods, path }) =>
      methods.map((method) => operationName(method, `/${path}`)),
    );
    for (const name of new Set([...modelled.keys(), ...served, ...notBuilt, ...Object.keys(REFUSED)])) {
      const status = statusOf(name, served.has(name), modelled.get(name));
      rows.set(name, { ...rows.get(name), [version]: status });
    }
  }
  return rows;
}

const byPath = (left: string, right: string): number => {
  const [a, b] = [left, right].map((name) => name.split(' ').toReversed().join(' '));
  return a! < b! ? -1 : 1;
};

/** `docs/parity.md`, not yet formatted. */
export function parityDocument(): string {
  const rows = parity();
  const remarks = { ...REFUSED, ...DIFFERS };
  const lines = [...rows.keys()].toSorted(byPath).map((name) => {
    const cells = GRAPH_VERSIONS.map((version) => rows.get(name)![version] ?? '-');
    return `| \`${name}\` | ${cells.join(' | ')} | ${remarks[name] ?? ''} |`;
  });
  return [
    '# Parity of operations',
    '`npm run parity` writes this table from the OpenAPI documents of this server (`openapi/`), the extracts of Graph’s',
    '([contract](contract/README.md)) and the list of what is not built. A test fails if it is out of date.',
    '',
    '- **as in Graph**: a reference page describes the operation, and the server follows it. [fidelity.md](fidelity.md) lists the choices where the pages leave a detail open.',
    '- **as in Graph, older form**: Graph accepts it; its reference pages show a newer form.',
    '- **differs**: the remark names the difference.',
    '- **extra**: the service model has the operation, but no reference page describes it. The server has it for debugging a connector.',
    '- **refused, as in Graph**: Graph always refuses it.',
    '- **501**: Graph has it, the server does not: `501 NotImplementedByGraphConnections`.',
    '- **-**: the version does not have it.',
    '',
    '`/connections…` is another name of `/external/connections…`. `GET /$metadata` and the service document describe the operations that the server has.',
    '',
    `| Operation | ${GRAPH_VERSIONS.join(' | ')} | Remark |`,
    `| - | ${GRAPH_VERSIONS.map(() => '-').join(' | ')} | - |`,
    ...lines,
    '',
  ].join('\n');
}

/** The operations that have a remark, each of which must be in the table. */
export const REMARKED = [...Object.keys(REFUSED), ...Object.keys(DIFFERS)];
