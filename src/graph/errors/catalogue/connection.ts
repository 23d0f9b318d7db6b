import type { GraphError } from '../graph-error.js';
import { shown } from '../shown.js';
import { connectorError, gatewayError } from './outer.js';

/** The id is taken in this tenant (contract, errors.md C5, P5). */
export const connectionAlreadyExists = (id: string): GraphError =>
  connectorError(409, {
    inner: {
      code: 'ResourceAlreadyExists',
      source: 'Connection',
      message: "'Connection' with the same name already exists.",
    },
    details: [
      {
        code: 'ResourceAlreadyExists',
        message: `The id '${shown(id)}' is taken in this tenant.`,
        target: 'id',
      },
    ],
  });

/** The id is that of a deleted connection whose removal is still under way (contract, field.md 3.7, api.md section 2.2.5). */
export const connectionBeingRemoved = (id: string, freeDateTime: string): GraphError =>
  connectorError(409, {
    inner: {
      code: 'ResourceAlreadyExists',
      source: 'Connection',
      message: "'Connection' with the same name already exists.",
    },
    details: [
      {
        code: 'ResourceAlreadyExists',
        message: `The connection '${shown(id)}' was deleted, and its removal goes on until ${freeDateTime}. Its id is free then.`,
        target: 'id',
      },
    ],
  });

/** No connection of this id in this tenant (contract, errors.md C9). */
export const connectionNotFound = (): GraphError =>
  connectorError(404, {
    inner: { code: 'ResourceNotFound', source: 'Connection', message: "'Connection' was not found." },
  });

/**
 * The tenant holds as many connections as it may (contract, errors.md C12: status unconfirmed, of 403 and 507 the one
 * that clients do not retry).
 */
export const connectionLimitReached = (limit: number): GraphError =>
  gatewayError(403, 'QuotaLimitReached', 'The user has reached their quota limit.', {
    inner: {
      code: 'TenantConnectionLimitReached',
      source: 'Connection',
      message: `The total quota utilization of your tenant has reached its limit. A tenant may have ${limit} connections.`,
    },
  });

/** What is wrong with a result layout, and where. */
export interface LayoutFault {
  /** The template, as a path in the body. */
  readonly target: string;
  /** The place in the card, as a path below `layout`; empty for the card itself. */
  readonly place: string;
  readonly problem: string;
}

const inWords = ({ target, place, problem }: LayoutFault): string =>
  `The adaptive card of '${target}' is broken${place === '' ? '' : ` at '${place}'`}: ${shown(problem)}`;

/** The Known Issue: the card is broken, and the connection was created all the same (contract, errors.md C6; seed). */
export const resultLayoutFailed = (faults: readonly LayoutFault[]): GraphError =>
  connectorError(503, {
    inner: {
      code: 'ResultLayoutFailed',
      source: 'Connection',
      message: `${inWords(faults[0]!)} The connection was created nevertheless, as Microsoft Graph does (known issue).`,
    },
    details: faults.map((fault) => ({
      code: 'ResultLayoutFailed',
      message: inWords(fault),
      target: fault.target,
    })),
    headers: { 'retry-after': '1' },
  });

/** The same card where the Known Issue is not emulated: refused, and nothing was created. */
export const resultLayoutNotValid = (faults: readonly LayoutFault[]): GraphError =>
  connectorError(400, {
    inner: { code: 'InvalidResultLayout', source: 'Connection', message: inWords(faults[0]!) },
    details: faults.map((fault) => ({
      code: 'InvalidResultLayout',
      message: inWords(fault),
      target: fault.target,
    })),
  });

/** What is wrong with a `urlPattern`, and where. */
export interface PatternFault {
  readonly target: string;
  readonly problem: string;
}

/** A regular expression whose matching could take as good as for ever. Graph's own answer is not known. */
export const urlPatternNotSafe = (faults: readonly PatternFault[]): GraphError => {
  const inWords = ({ target, problem }: PatternFault): string =>
    `The regular expression of '${target}' is not safe: ${problem}`;
  return connectorError(400, {
    inner: { code: 'UnsafeUrlPattern', source: 'Connection', message: inWords(faults[0]!) },
    details: faults.map((fault) => ({
      code: 'UnsafeUrlPattern',
      message: inWords(fault),
      target: fault.target,
    })),
  });
};

/** A property that was chosen at the creation, for good (contract, errors.md C10). */
export const propertyNotUpdatable = (property: string, source = 'Connection'): GraphError =>
  connectorError(400, {
    inner: {
      code: 'PropertyNotUpdatable',
      source,
      message: `Property '${property}' cannot be set.`,
    },
  });

/** A change after which no application could manage the connection. */
export const connectionWithoutOwner = (): GraphError =>
  connectorError(400, {
    inner: {
      code: 'ConnectionWithoutOwner',
      source: 'Connection',
      message: "Property 'configuration.authorizedAppIds' must name at least one application.",
    },
  });

/** A call that the state of the connection does not allow (contract, api.md section 4, errors.md I10: unconfirmed). */
export const connectionStateForbids = (id: string, state: string, hint: string): GraphError =>
  gatewayError(409, 'NotAllowed', 'The action is not allowed by the system.', {
    inner: {
      code: 'ConnectionNotReady',
      source: 'Connection',
      message: `Connection '${id}' is not ready: its state is '${state}'. ${hint}`,
    },
  });
