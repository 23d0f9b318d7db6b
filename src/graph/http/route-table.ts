import type { FastifyRequest } from 'fastify';
import {
  methodNotAllowed,
  notBuiltHere,
  pageNotFound,
  segmentNotFound,
  uriNotValid,
  versionNotValid,
} from '../errors/catalogue/request.js';
import type { GraphError } from '../errors/graph-error.js';
import { GRAPH_VERSIONS } from './request-context.js';

const KEY = /\/([A-Za-z_]\w*)\((?:[A-Za-z_]\w*=)?'((?:[^'/]|'')*)'\)/g;

/** The router does not decode `%24batch` and `%24count`, which clients send (docs/contract/clients.md#11). */
const ENCODED_DOLLAR = /\/%24/g;

/** The model has the connections as an entity set as well, which early pages and SDKs use (docs/contract/api.md#2). */
const ENTITY_SET = /^(\/(?:beta|v1\.0)\/)(?=connections(?:[/(?]|%28|$))/i;

/**
 * An address in which OData's keys, `connections('contosohr')` and `connections(id='contosohr')`, are segments of their
 * own, as the router knows them. A quote in a key is doubled (docs/contract/api.md#6.4).
 */
export function routable(url: string): string {
  const [encoded = '', ...search] = url.split('?');
  const path = encoded.replace(ENCODED_DOLLAR, '/$$').replace(ENTITY_SET, '$1external/');
  if (!/(\(|%28)/i.test(path)) return [path, ...search].join('?');
  const readable = path
    .replace(/%28/gi, '(')
    .replace(/%29/gi, ')')
    .replace(/%27/gi, "'")
    .replace(/%3D/gi, '=');
  const segments = readable.replace(
    KEY,
    (_, name: string, key: string) => `/${name}/${key.replaceAll("''", '%27')}`,
  );
  return [segments, ...search].join('?');
}

/**
 * Operations of Microsoft Graph outside the service model of this namespace that this server does not have.
 * `metadata/model-paths.ts` has the paths of the model. Remove an operation from this list when it is built; a test checks
 * that no route of the application is on it.
 */
export const NOT_BUILT: readonly { methods: readonly string[]; path: string }[] = [
  // Registered with permissions, and on no page (docs/contract/api.md#2.1).
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/start' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/end' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/items' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/groups' },
  { methods: ['POST'], path: 'external/connections/{id}/fullRefresh/groups/{id}/members' },
];

type MaybeMisrouted = Pick<FastifyRequest, 'is404' | 'method' | 'url' | 'params'>;

interface Segment {
  readonly methods: Set<string>;
  /** Of the methods, those that may succeed. */
  readonly allowed: Set<string>;
  readonly notBuilt: Set<string>;
  readonly named: Map<string, Segment>;
  key?: Segment;
}

const segment = (): Segment => ({
  methods: new Set(),
  allowed: new Set(),
  notBuilt: new Set(),
  named: new Map(),
});

const isKey = (part: string): boolean => part.startsWith(':') || part === '{id}';

/** `$count`, `$ref` and the like are OData's own words, and never a key. */
const isSystemWord = (part: string): boolean => part.startsWith('$');

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** Elsewhere a `$` means nothing. */
const OF_GRAPH = new RegExp(
  `^/(?:${GRAPH_VERSIONS.map((version) => version.replace('.', String.raw`\.`)).join('|')})/`,
  'i',
);

/** Knows every route, and so distinguishes an unknown path from a method that is not allowed. */
export class RouteTable {
  private readonly root = segment();

  constructor() {
    for (const version of GRAPH_VERSIONS) {
      for (const { methods, path } of NOT_BUILT) this.addNotBuilt(methods, `${version}/${path}`);
    }
  }

  /** Adds operations that Graph has and this server may lack. A route of the same path and method takes precedence. */
  addNotBuilt(methods: readonly string[], path: string): void {
    for (const method of methods) this.find(path).notBuilt.add(method);
  }

  add(methods: string | readonly string[], path: string, alwaysRefused = false): void {
    // A wildcard route matches every path, so no path below it is unknown.
    if (path.includes('*')) return;
    const place = this.find(path);
    for (const method of [methods].flat()) {
      place.methods.add(method);
      if (!alwaysRefused) place.allowed.add(method);
    }
  }

  /** Whether a path, in which `{id}` stands for a key, has a route for this method. */
  has(method: string, path: string): boolean {
    return this.find(path).methods.has(method);
  }

  /**
   * The error of a request whose route must not handle it, because a system word of OData (`$…`) is in the place of a key;
   * undefined for any other request.
   */
  misrouted({ is404, method, url, params }: MaybeMisrouted): GraphError | undefined {
    // The quick exit: most addresses have no `$`.
    if (is404 || !url.includes('/$') || !OF_GRAPH.test(url)) return undefined;
    if (!Object.values(params as Record<string, string>).some(isSystemWord)) return undefined;
    const reason = this.explain(method, url);
    // A write goes to the route, whose error explains the valid ids.
    return method === 'GET' || method === 'HEAD' || reason.status === 501 || reason.status === 405
      ? reason
      : undefined;
  }

  /** The error of a request without a route (docs/contract/errors.md#g10, #g11, #g17, #g20). */
  explain(method: string, url: string): GraphError {
    const path = url.split('?', 1)[0]!;
    const parts = partsOf(path).map(decoded);
    const version = parts[0]?.toLowerCase() ?? '';
    if (!(GRAPH_VERSIONS as readonly string[]).includes(version)) {
      // The id of a tenant can begin like a version.
      if (this.root.key?.named.has(parts[1]?.toLowerCase() ?? ''))
        return this.methodsOrPage(method, parts, path);
      return /^v?\d/.test(version) ||
        parts.slice(0, 2).some((part) => this.root.named.get('beta')?.named.has(part.toLowerCase()))
        ? versionNotValid()
        : this.methodsOrPage(method, parts, path);
    }
    let place = this.root;
    for (const part of parts) {
      const next = place.named.get(part.toLowerCase()) ?? (isSystemWord(part) ? undefined : place.key);
      if (next === undefined) return segmentNotFound(part);
      place = next;
    }
    // The router knows the path and the method, so the text of a key is invalid.
    if (place.methods.has(method)) return uriNotValid();
    // HEAD is answered as GET.
    if (place.notBuilt.has(method === 'HEAD' ? 'GET' : method))
      return notBuiltHere(`${method} /${parts.join('/')}`);
    if (place.methods.size > 0) return methodNotAllowed([...place.allowed]);
    return place.notBuilt.size > 0
      ? methodNotAllowed([...place.notBuilt])
      : segmentNotFound(parts.at(-1) ?? version);
  }

  private methodsOrPage(method: string, parts: readonly string[], path: string): GraphError {
    let place: Segment | undefined = this.root;
    for (const part of parts) place = place?.named.get(part.toLowerCase()) ?? place?.key;
    if (place?.methods.has(method))
      // Below a tenant, only the tenant's name can be invalid.
      return this.root.named.has(parts[0]!.toLowerCase()) ? pageNotFound(path) : uriNotValid();
    return place !== undefined && place.methods.size > 0
      ? methodNotAllowed([...place.allowed])
      : pageNotFound(path);
  }

  private find(path: string): Segment {
    let place = this.root;
    for (const part of partsOf(path)) {
      if (isKey(part)) {
        place = place.key ??= segment();
      } else {
        const name = part.toLowerCase();
        let next = place.named.get(name);
        if (next === undefined) place.named.set(name, (next = segment()));
        place = next;
      }
    }
    return place;
  }
}
