import { GraphError, type GraphErrorDefinition } from '../graph-error.js';

/** The pairs of the connector service, by status (docs/contract/errors.md#outer-pairs). */
const PAIRS = {
  400: ['InvalidRequest', 'The request is malformed or incorrect.'],
  401: [
    'Unauthenticated',
    'The request has not been applied because it lacks valid authentication credentials for the target resource.',
  ],
  403: ['AccessDenied', "The client doesn't have permission to perform the action."],
  404: ['ItemNotFound', 'The requested resource does not exist.'],
  409: ['NameAlreadyExists', 'The specified item name already exists.'],
  412: [
    'ResourceModified',
    'The resource being updated has changed since the caller last read it, usually an eTag mismatch.',
  ],
  429: ['TooManyRequests', 'The server is busy. Please try again later.'],
  500: ['GeneralException', 'An unspecified error has occurred.'],
  503: [
    'ServiceNotAvailable',
    'The service is not available. Try the request again after a delay. There may be a Retry-After header.',
  ],
} as const;

/** An error of the connector service: the status decides the outer pair, the situation gives the inner one. */
export function connectorError(
  status: keyof typeof PAIRS,
  rest: Omit<GraphErrorDefinition, 'status' | 'code' | 'message'> = {},
): GraphError {
  const [code, message] = PAIRS[status];
  return new GraphError({ status, code, message, ...rest });
}

/** There is no such resource. @param source its type, in the words of errors: `Connection` */
export const notFound = (source: string): GraphError =>
  connectorError(404, {
    inner: { code: 'ResourceNotFound', source, message: `'${source}' was not found.` },
  });

/** The id of a new resource is taken. @param explained says in `details` by what */
export const alreadyExists = (source: string, explained: string): GraphError => {
  const code = 'ResourceAlreadyExists';
  return connectorError(409, {
    inner: { code, source, message: `'${source}' with the same name already exists.` },
    details: [{ code, message: explained, target: 'id' }],
  });
};

/** An error of Graph's gateway, which stands before every workload and adds no inner pair of its own. */
export function gatewayError(
  status: number,
  code: string,
  message: string,
  rest: Omit<GraphErrorDefinition, 'status' | 'code' | 'message'> = {},
): GraphError {
  return new GraphError({ status, code, message, ...rest });
}
