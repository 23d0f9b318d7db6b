import type { GraphVersion } from '../graph/http/request-context.js';
import { visibleMember } from '../graph/odata/edm-values.js';
import type { SchemaDto, SchemaPropertyDto } from './schema.dto.js';
import { LABEL, PROPERTY_TYPE } from './enums.js';

/**
 * The only way from a row to a body. Members behind the sentinel are shown to those who ask for them (docs/contract/api.md#6.3).
 */
export function toSchema(
  properties: readonly SchemaPropertyDto[],
  version: GraphVersion,
  includeUnknown: boolean,
): SchemaDto {
  const beta = version === 'beta';
  return {
    baseType: 'microsoft.graph.externalItem',
    properties: properties.map(({ isExactMatchRequired, rankingHint, ...property }) => ({
      ...property,
      type: visibleMember(PROPERTY_TYPE, property.type, includeUnknown) as SchemaPropertyDto['type'],
      labels: property.labels?.map((label) => visibleMember(LABEL, label, includeUnknown)),
      ...(beta ? { isExactMatchRequired, rankingHint } : {}),
    })),
  };
}
