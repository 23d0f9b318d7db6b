import type { ErrorDetail, GraphError } from '../graph-error.js';
import { quoteForMessage } from '../quote-for-message.js';
import { connectorError, gatewayError } from './make-error.js';

/** A path that the API does not have (docs/contract/errors.md#g10). */
export const segmentNotFound = (segment: string): GraphError =>
  gatewayError(400, 'BadRequest', `Resource not found for the segment '${quoteForMessage(segment)}'.`);

/** The first segment is no version (docs/contract/errors.md#g11). */
export const versionNotValid = (): GraphError => gatewayError(400, 'BadRequest', 'Invalid version.');

/** A path that Microsoft Graph has and this server lacks. The code is our own, so it cannot be mistaken for Graph's. */
export const notBuiltHere = (what: string): GraphError =>
  gatewayError(
    501,
    'NotImplementedByGraphConnections',
    `${what} is part of Microsoft Graph and not yet of this server.`,
  );

/** A path outside of the API, such as a file of the documentation pages. */
export const pageNotFound = (path: string): GraphError =>
  gatewayError(
    404,
    'NotFound',
    `There is no page '${quoteForMessage(path)}'. The API begins at /beta and /v1.0, its documentation at /docs.`,
  );

/** The path exists, the method does not (docs/contract/errors.md#g17). */
export const methodNotAllowed = (allowed: readonly string[]): GraphError =>
  gatewayError(405, 'BadRequest', 'Specified HTTP method is not allowed for the request target.', {
    headers: { allow: allowed.join(', ') },
  });

/** The address cannot be read: broken percent-encoding, or an over-long segment. */
export const uriNotValid = (): GraphError => gatewayError(400, 'BadRequest', 'The request URI is not valid.');

/** The HTTP message is malformed and could not be parsed. */
export const httpMessageNotValid = (): GraphError =>
  gatewayError(400, 'BadRequest', 'The HTTP request is malformed.');

/** The header block exceeds what the server reads. */
export const headersTooLarge = (): GraphError =>
  gatewayError(431, 'BadRequest', 'The size of the request headers is too long.');

/** The client stopped sending before the end of the request. */
export const requestTimedOut = (): GraphError =>
  gatewayError(408, 'BadRequest', 'The request was not completed in time.');

/** A body that is missing, truncated, no JSON object, or not labelled as JSON (docs/contract/errors.md#g12). */
export const bodyUnreadable = (reason: string): GraphError =>
  gatewayError(
    400,
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    { inner: { code: 'UnreadablePayload', message: reason } },
  );

/** A `Content-Encoding` other than gzip, deflate and br; SDKs answer a 415 by sending the body plain (docs/contract/clients.md#9). */
export const contentEncodingNotSupported = (encoding: string): GraphError =>
  gatewayError(415, 'UnsupportedMediaType', `The content encoding '${encoding}' is not supported.`);

/** An unknown `charset` of the `Content-Type` (docs/contract/field.md#6). */
export const charsetNotSupported = (charset: string): GraphError =>
  gatewayError(
    415,
    'UnsupportedMediaType',
    `The charset '${quoteForMessage(charset)}' of the Content-Type is not supported.`,
  );

/** A body over 4,000,000 bytes (docs/contract/errors.md#i11, docs/contract/api.md#5). */
export const bodyTooLarge = (limit: number): GraphError =>
  gatewayError(413, 'RequestEntityTooLarge', 'The request size exceeds the maximum limit.', {
    details: [
      { code: 'RequestEntityTooLarge', message: `The body may have ${limit} bytes at most, unpacked.` },
    ],
  });

/** `If-Match` with a value other than `*`: no resource has an ETag (docs/contract/errors.md#outer-pairs). */
export const resourceModified = (source: string): GraphError =>
  connectorError(412, {
    inner: {
      code: 'ResourceModified',
      source,
      message: "The resource has no ETag; the header 'If-Match' may be '*' or left out.",
    },
  });

/** `If-Match: *` on a write that would create: nothing exists that could match (RFC 9110, section 13.1.1). */
export const nothingToModify = (source: string): GraphError =>
  connectorError(412, {
    inner: {
      code: 'ResourceModified',
      source,
      message: "The resource does not exist, and the header 'If-Match' lets it not be created.",
    },
  });

/** A fault at one place of a body, and which part of Graph finds it: the gateway, the workload's parser, or its rules. */
export interface BodyIssue extends ErrorDetail {
  readonly target: string;
  readonly foundBy: 'gateway' | 'parser' | 'rules';
  /** The sentence of the gateway, for the outer message. */
  readonly outerMessage?: string;
  /** The sentence for `details`, if the confirmed sentence of the parser says too little. */
  readonly explained?: string;
}

const ORDER = { gateway: 0, parser: 1, rules: 2 } as const;
const MOST_DETAILS = 50;

/**
 * A body that can be read and may not be taken. The finder that comes first decides the outer pair; `details` lists
 * all that is wrong, each with its place (docs/contract/errors.md#g13, #g14, #c1-#c8, #c11).
 */
export function bodyNotValid(issues: readonly BodyIssue[]): GraphError {
  const sorted = issues.toSorted((a, b) => ORDER[a.foundBy] - ORDER[b.foundBy]);
  const first = sorted[0]!;
  const rest = {
    inner: { code: first.code, message: first.message },
    details: sorted
      .slice(0, MOST_DETAILS)
      .map(({ code, message, explained, target }) => ({ code, message: explained ?? message, target })),
  };
  return first.foundBy === 'gateway'
    ? gatewayError(400, 'BadRequest', first.outerMessage ?? first.message, rest)
    : connectorError(400, rest);
}
