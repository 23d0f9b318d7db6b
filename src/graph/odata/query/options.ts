import { queryOptionNotValid } from '../../errors/catalogue/query.js';
import { quoteForMessage } from '../../errors/quote-for-message.js';
import type { GraphVersion } from '../../http/request-context.js';
import { parseExpand } from './expand.js';
import { parseFilter } from './filter/parse.js';
import { translateFilter } from './filter/translate.js';
import { decodeSkipToken, type KeyValue } from './keyset.js';
import type { QueryModel } from './model.js';
import { parseOrderBy, type SortKey } from './order-by.js';
import { type Option, readOptions } from './query-string.js';
import { parseSearch } from './search.js';
import { parseSelect, type Selection } from './select.js';
import type { SqlFragment } from './sql.js';

/** The query options of a request, checked and ready for use. */
export interface QueryOptions {
  /** The size of a page. */
  readonly top?: number;
  readonly skip?: number;
  readonly count: boolean;
  readonly select?: Selection;
  readonly filter?: SqlFragment;
  /** Always a complete order: its last key is unique. */
  readonly orderBy: readonly SortKey[];
  readonly search?: readonly string[];
  readonly expand: readonly string[];
  /** The media type that `$format` asks for, which goes before `Accept`. */
  readonly format?: string;
  /** From `$skiptoken`: the values, under `orderBy`, of the row that the page follows. */
  readonly after?: readonly KeyValue[];
}

const LARGEST_INT32 = 2 ** 31 - 1;

function wholeNumber(option: '$top' | '$skip', text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > LARGEST_INT32)
    throw queryOptionNotValid(
      `Invalid value '${quoteForMessage(text)}' for ${option} query option found. ` +
        `The ${option} query option requires a non-negative integer value.`,
    );
  return Number(text);
}

function trueOrFalse(text: string): boolean {
  if (!/^(true|false)$/i.test(text))
    throw queryOptionNotValid(
      `Invalid value '${quoteForMessage(text)}' for $count query option found. Valid values are 'true' and 'false'.`,
    );
  return text.toLowerCase() === 'true';
}

/** What `Accept` would say (OData 4.01 part 2, section 5.1.4). */
function mediaType(text: string): string {
  if (text.toLowerCase() === 'json') return 'application/json';
  if (!/^application\/json\s*(;|$)/i.test(text))
    throw queryOptionNotValid(
      `The $format query option supports only json and application/json, not '${quoteForMessage(text)}'.`,
    );
  return text;
}

/**
 * Reads the query options of a collection, or of one entity (docs/contract/api.md#6.4).
 * @param search the raw query string, percent-encoded, without its question mark
 * @param allowed what the endpoint supports
 * @throws queryOptionNotValid, queryPropertyNotFound
 */
export function parseQueryOptions(
  search: string,
  version: GraphVersion,
  allowed: ReadonlySet<Option>,
  model: QueryModel,
): QueryOptions {
  const texts = readOptions(search, version, allowed);
  const read = <T>(option: Option, parse: (text: string) => T): T | undefined => {
    const text = texts.get(option);
    return text === undefined ? undefined : parse(text);
  };
  const orderBy = parseOrderBy(texts.get('$orderby'), model, version);
  return {
    top: read('$top', (text) => wholeNumber('$top', text)),
    skip: read('$skip', (text) => wholeNumber('$skip', text)),
    count: read('$count', trueOrFalse) ?? false,
    select: read('$select', (text) => parseSelect(text, model, version)),
    filter: read('$filter', (text) => translateFilter(parseFilter(text), text, model, version)),
    orderBy,
    search: read('$search', parseSearch),
    expand: read('$expand', (text) => parseExpand(text, model, version)) ?? [],
    format: read('$format', mediaType),
    after: read('$skiptoken', (text) => decodeSkipToken(text, orderBy)),
  };
}

/** The options of a request that has none: the first page of the collection. */
export const firstPage = (model: QueryModel): QueryOptions =>
  parseQueryOptions('', 'beta', new Set<Option>(), model);
