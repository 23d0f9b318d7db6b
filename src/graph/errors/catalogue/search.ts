import { SearchError } from '../search-error.js';
import { quoteForMessage } from '../quote-for-message.js';

const REQUEST = 'SearchRequest Invalid';
const ENTITY_REQUEST = 'EntityRequest Invalid';

/** As messages of the service name an entity type or a feature: `ExternalItem`. */
const inMessages = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** No query string, or an empty one (docs/contract/search.md#10: observed for messages). */
export const searchQueryRequired = (): SearchError =>
  new SearchError([REQUEST, ENTITY_REQUEST, 'searchRequest -> query is invalid'], ['queryString required']);

/** A search that breaks a rule; all that is wrong is listed (docs/contract/search.md#10: texts are choices). */
export const searchRequestNotValid = (causes: readonly string[]): SearchError =>
  new SearchError([REQUEST, ENTITY_REQUEST], causes);

/** No connection is named (docs/contract/search.md#2: observed). */
export const contentSourceRequired = (): SearchError =>
  new SearchError([REQUEST], ['Content Source cannot be null or empty for entity type - ExternalItem']);

/** Two requests ask for the same entity type (docs/contract/search.md#2). */
export const entityTypesRepeated = (): SearchError =>
  new SearchError([REQUEST], ['Entity types must not be duplicates in multiple entity requests']);

/** Entity types of Microsoft Graph that this server has nothing of (docs/contract/search.md#10: unconfirmed). */
export const entityTypesNotServed = (types: readonly string[]): SearchError =>
  searchRequestNotValid([
    `Entity type ${types.map(inMessages).join(', ')} is not supported: this server has ExternalItem alone.`,
  ]);

/**
 * A property that the search may not use in this way: it is unknown, or its schema does not allow it
 * (docs/contract/search.md#6, docs/contract/search.md#7).
 */
export const searchPropertyNotSupported = (
  use: 'sort' | 'aggregation' | 'aggregation filter' | 'collapse',
  name: string,
  needs: string,
): SearchError =>
  searchRequestNotValid([
    `Don't support ${use} for property '${quoteForMessage(name)}' of ExternalItem: ` +
      `no schema of the content sources has a property of this name that is ${needs}.`,
  ]);

/** An aggregation filter that cannot be read (docs/contract/search.md#7: text is a choice). */
export const aggregationFilterNotValid = (filter: string, why: string): SearchError =>
  searchRequestNotValid([`Aggregation filter '${quoteForMessage(filter)}' is invalid: ${why}.`]);

/** A later level of a collapse with a larger limit than one before it (docs/contract/search.md#2). */
export const collapseLimitsNotValid = (): SearchError =>
  searchRequestNotValid([
    'Collapse limits are invalid: a later level must not have a larger limit than an earlier one.',
  ]);
