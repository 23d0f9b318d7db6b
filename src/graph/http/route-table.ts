import { GRAPH_VERSIONS } from './request-context.js';
import {
  methodNotAllowed,
  notBuiltHere,
  pageNotFound,
  segmentNotFound,
  uriNotValid,
  versionNotValid,
} from '../errors/catalogue/request.js';
import type { GraphError } from '../errors/graph-error.js';
import { NOT_BUILT } from './not-built.js';

interface Segment {
  readonly methods: Set<string>;
  readonly notBuilt: Set<string>;
  readonly named: Map<string, Segment>;
  key?: Segment;
}

const segment = (): Segment => ({ methods: new Set(), notBuilt: new Set(), named: new Map() });

const isKey = (part: string): boolean => part.startsWith(':') || part === '{id}';

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** Knows every route, so that a path that has none is told apart from a method that is not allowed. */
export class RouteTable {
  private readonly root = segment();

  constructor() {
    for (const version of GRAPH_VERSIONS) {
      for (const { methods, path } of NOT_BUILT) {
        for (const method of methods) this.find(`${version}/${path}`).notBuilt.add(method);
      }
    }
  }

  add(methods: string | readonly string[], path: string): void {
    for (const method of [methods].flat()) this.find(path).methods.add(method);
  }

  /** Whether a path, in which `{id}` stands for a key, has a route for this method. */
  has(method: string, path: string): boolean {
    return this.find(path).methods.has(method);
  }

  /** Why a request was routed nowhere (contract, errors.md G10, G11, G17, G20). */
  explain(method: string, url: string): GraphError {
    const path = url.split('?', 1)[0]!;
    const parts = partsOf(path).map(decoded);
    const version = parts[0]?.toLowerCase() ?? '';
    if (!(GRAPH_VERSIONS as readonly string[]).includes(version)) {
      // The id of a tenant may begin as a version does.
      if (this.root.key?.named.has(parts[1]?.toLowerCase() ?? ''))
        return this.methodsOrPage(method, parts, path);
      return /^v?\d/.test(version) ||
        parts.slice(0, 2).some((part) => this.root.named.get('beta')?.named.has(part.toLowerCase()))
        ? versionNotValid()
        : this.methodsOrPage(method, parts, path);
    }
    let place = this.root;
    for (const part of parts) {
      const next = place.named.get(part.toLowerCase()) ?? place.key;
      if (next === undefined) return segmentNotFound(part);
      place = next;
    }
    // The router knows the path and the method: only the text of a key can have displeased it.
    if (place.methods.has(method)) return uriNotValid();
    if (place.notBuilt.has(method)) return notBuiltHere(`${method} /${parts.join('/')}`);
    if (place.methods.size > 0) return methodNotAllowed([...place.methods]);
    return place.notBuilt.size > 0
      ? methodNotAllowed([...place.notBuilt])
      : segmentNotFound(parts.at(-1) ?? version);
  }

  private methodsOrPage(method: string, parts: readonly string[], path: string): GraphError {
    let place: Segment | undefined = this.root;
    for (const part of parts) place = place?.named.get(part.toLowerCase()) ?? place?.key;
    if (place?.methods.has(method)) return uriNotValid();
    return place !== undefined && place.methods.size > 0
      ? methodNotAllowed([...place.methods])
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
