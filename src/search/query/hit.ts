import { createHash } from 'node:crypto';
import type { FoundItem } from '../../items/found-item.js';
import { textOfHtml } from '../html.js';
import type { Phrase } from '../kql/tree.js';
import type { SearchedConnection } from '../searched-connections.js';
import type { SearchHitDto } from '../dto/search-response.dto.js';
import { propertyOf } from './refinements.js';
import { hasMatch, summaryOf } from './summary.js';

const ODATA_TYPE = '#microsoft.graph.externalConnectors.externalItem';
const BYTES_OF_ID = 24;

/** The text of an item's content as a reader sees it. */
export const contentText = ({ contentType, contentValue }: FoundItem): string => {
  if (contentValue === null) return '';
  return contentType === 'html' ? textOfHtml(contentValue) : contentValue;
};

/** What names an item in answers of search: always the same, and nothing can be read in it (docs/contract/search.md#3). */
interface Names {
  readonly hitId: string;
  readonly documentId: number;
  readonly immutableEntryId: string;
  readonly domain: string;
}

function namesOf({ connectionKey }: SearchedConnection, itemId: string): Names {
  const hash = createHash('sha512').update(`${connectionKey} ${itemId}`).digest();
  return {
    hitId: hash.subarray(0, BYTES_OF_ID).toString('base64'),
    immutableEntryId: hash.subarray(BYTES_OF_ID, 2 * BYTES_OF_ID).toString('base64'),
    documentId: hash.readUIntBE(2 * BYTES_OF_ID, 6),
    domain: createHash('sha256').update(connectionKey).digest('hex').slice(0, 32),
  };
}

/**
 * The properties that a hit shows: those that are retrievable, or of `fields` those that are; each by its name in the
 * schema, one that was asked for by its label by that (docs/contract/search.md#5).
 */
export function shownProperties(
  { properties }: Pick<FoundItem, 'properties'>,
  connection: SearchedConnection,
  fields: readonly string[] | undefined,
): Record<string, unknown> {
  const asked =
    fields === undefined
      ? connection.schema.map((property) => [property.name, property] as const)
      : fields.map((field) => {
          const property = propertyOf(connection, field);
          const isLabel = /^label_/i.test(field);
          return [isLabel ? field : (property?.name ?? field), property] as const;
        });
  return Object.fromEntries(
    asked.flatMap(([name, property]) => {
      const value = property?.isRetrievable === true ? properties[property.name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The content, or else the first searchable text in which the query is found. */
function summaryText(item: FoundItem, { schema }: SearchedConnection, phrases: readonly Phrase[]): string {
  const content = contentText(item);
  if (hasMatch(content, phrases)) return content;
  const texts = schema
    .filter(({ isSearchable, isRetrievable }) => isSearchable === true && isRetrievable === true)
    .flatMap(({ name }) => item.properties[name] ?? [])
    .flat()
    .filter((value): value is string => typeof value === 'string');
  return texts.find((text) => hasMatch(text, phrases)) ?? content;
}

/** A hit as it is answered (docs/contract/search.md#3). */
export function hitOf(
  item: FoundItem,
  connection: SearchedConnection,
  asked: {
    readonly tenantId: string;
    readonly fields?: readonly string[];
    readonly phrases: readonly Phrase[];
    readonly rank: number;
    readonly isCollapsed?: boolean;
  },
): SearchHitDto {
  const { hitId, documentId, immutableEntryId, domain } = namesOf(connection, item.id);
  const { tenantId, fields, phrases, rank, isCollapsed } = asked;
  return {
    hitId,
    rank,
    summary: summaryOf(summaryText(item, connection, phrases), phrases),
    contentSource: `/external/connections/${connection.id}`,
    ...(isCollapsed === undefined ? {} : { isCollapsed }),
    resource: {
      '@odata.type': ODATA_TYPE,
      properties: {
        // What a recorded answer has besides; at least one client reads the item's id behind the comma.
        substrateContentDomainId: `${domain}@${tenantId},${item.id}`,
        substrateLocationId: `APP:GCS_${connection.id}@${tenantId}`,
        documentId,
        immutableEntryId,
        id: hitId,
        ...shownProperties(item, connection, fields),
      },
    },
  };
}
