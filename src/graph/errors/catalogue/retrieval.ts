import type { GraphError } from '../graph-error.js';
import { connectorError } from './make-error.js';

const SERVED = 'this server has externalItem alone';

/** A data source of which this server has nothing: never an empty answer (docs/contract/retrieval.md#7, choice). */
export const dataSourceNotServed = (dataSource: string): GraphError => {
  const message = `Property 'dataSource' is '${dataSource}': ${SERVED}.`;
  return connectorError(400, {
    inner: { code: 'DataSourceNotSupported', source: 'Retrieval', message },
    details: [{ code: 'DataSourceNotSupported', message, target: 'dataSource' }],
  });
};

/** A configuration of no data source, of two, or of another one (docs/contract/retrieval.md#2: body unconfirmed). */
export const dataSourceConfigurationNotValid = (): GraphError => {
  const message = `Property 'dataSourceConfiguration' must have 'externalItem' and nothing else: ${SERVED}.`;
  return connectorError(400, {
    inner: { code: 'InvalidDataSourceConfiguration', source: 'Retrieval', message },
    details: [{ code: 'InvalidDataSourceConfiguration', message, target: 'dataSourceConfiguration' }],
  });
};

/** No connections are named, and the tenant has more than one question goes through: our own bound. */
export const retrievalConnectionsTooMany = (limit: number): GraphError => {
  const message = `The tenant has more than ${limit} connections: name those to be asked.`;
  return connectorError(400, {
    inner: { code: 'TooManyConnections', source: 'Retrieval', message },
    details: [{ code: 'TooManyConnections', message, target: 'dataSourceConfiguration' }],
  });
};
