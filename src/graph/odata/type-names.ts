import { stringifyExactly } from '../http/exact-json.js';
import { NAMESPACE } from './edm.js';

/** A type name as written in a request: with or without `#`, in the public namespace. */
export const localName = (name: string): string | undefined =>
  name.replace(/^#/, '').startsWith(`${NAMESPACE}.`)
    ? name.replace(/^#/, '').slice(NAMESPACE.length + 1)
    : undefined;

/** The parser speaks of types by the workload's own namespace (docs/contract/errors.md#c7). */
export const internalName = (given: unknown): string =>
  typeof given === 'string'
    ? given
        .replace(/^#/, '')
        .replace(/^microsoft\.graph(\.externalConnectors)?\./, 'microsoft.substrateConnectors.')
    : stringifyExactly(given);
