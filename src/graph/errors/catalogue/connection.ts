import { GraphError } from '../graph-error.js';
import { quoteForMessage } from '../quote-for-message.js';
import { alreadyExists, connectorError, gatewayError, notFound } from './make-error.js';

/** What is wrong with a result layout, and where. */
export interface LayoutFault {
  /** The template, as a path in the body. */
  readonly target: string;
  /** The place in the card, as a path below `layout`; empty for the card itself. */
  readonly place: string;
  readonly problem: string;
}

const inWords = ({ target, place, problem }: LayoutFault): string =>
  `The adaptive card of '${target}' is broken${place === '' ? '' : ` at '${quoteForMessage(place)}'`}: ${quoteForMessage(problem)}`;

/** The id is taken in this tenant (docs/contract/errors.md#c5, #p5). */
export const connectionAlreadyExists = (id: string): GraphError =>
  alreadyExists('Connection', `The id '${quoteForMessage(id)}' is taken in this tenant.`);

/**
 * The same of a connection that an earlier call created with a broken card: SDKs repeat a `503` by themselves, so their
 * user sees only this (docs/contract/field.md#3.11).
 */
export const connectionExistsWithBrokenCard = (id: string, faults: readonly LayoutFault[]): GraphError => {
  const { status, code, message, inner, details } = connectionAlreadyExists(id);
  return new GraphError({
    status,
    code,
    message,
    inner,
    details: [
      ...details!,
      ...faults.map((fault) => ({
        code: 'ResultLayoutFailed',
        message: `An earlier call created the connection and was answered 503. ${inWords(fault)} Replace the card with PATCH, or delete the connection.`,
        target: fault.target,
      })),
    ],
  });
};

/** The id is that of a deleted connection whose removal is still under way (docs/contract/field.md#3.7, docs/contract/api.md#2.2.5). */
export const connectionBeingRemoved = (id: string, freeDateTime: string): GraphError =>
  alreadyExists(
    'Connection',
    `The connection '${quoteForMessage(id)}' was deleted, and its removal goes on until ${freeDateTime}. Its id is free then.`,
  );

/** No connection of this id in this tenant (docs/contract/errors.md#c9). */
export const connectionNotFound = (): GraphError => notFound('Connection');

/**
 * The tenant holds as many connections as it may (docs/contract/errors.md#c12: status unconfirmed, of 403 and 507 the one
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

/** The Known Issue: the card is broken, and the connection was created all the same (docs/contract/errors.md#c6; seed). */
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

/** Cards beyond what this server checks. Graph's own bounds are not known. */
export const resultLayoutTooLarge = ({
  target,
  limit,
}: {
  readonly target: string;
  readonly limit: string;
}): GraphError => {
  const message = `The adaptive card of '${target}' is too large: the cards of a request can have at most ${limit}.`;
  return connectorError(400, {
    inner: { code: 'ResultLayoutTooLarge', source: 'Connection', message },
    details: [{ code: 'ResultLayoutTooLarge', message, target }],
  });
};

/** As many cards of the tenant wait to be checked as may wait. */
export const resultLayoutChecksTooMany = (limit: number): GraphError =>
  connectorError(429, {
    inner: {
      code: 'TooManyResultLayoutChecks',
      source: 'Connection',
      message: `${limit} adaptive cards of this tenant wait to be checked. Nothing was changed. Try again after 5 seconds.`,
    },
    headers: { 'retry-after': '5' },
  });

/** The thread that checks cards cannot be started, has died, or was ended after much processor time. */
export const resultLayoutCheckNotAvailable = (cause: unknown): GraphError =>
  connectorError(503, {
    inner: {
      code: 'ResultLayoutCheckNotAvailable',
      source: 'Connection',
      message:
        'The adaptive cards cannot be checked at the moment. Nothing was changed. Try again after 2 seconds.',
    },
    headers: { 'retry-after': '2' },
    cause,
  });

/** A property that was chosen at the creation, for good (docs/contract/errors.md#c10). */
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

/** A call that the state of the connection does not allow (docs/contract/api.md#4, docs/contract/errors.md#i10: unconfirmed). */
export const connectionStateForbids = (id: string, state: string, hint: string): GraphError =>
  gatewayError(409, 'NotAllowed', 'The action is not allowed by the system.', {
    inner: {
      code: 'ConnectionNotReady',
      source: 'Connection',
      message: `Connection '${id}' is not ready: its state is '${state}'. ${hint}`,
    },
  });
