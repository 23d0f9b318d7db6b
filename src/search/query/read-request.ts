import {
  contentSourceRequired,
  collapseLimitsNotValid,
  entityTypesNotServed,
  entityTypesRepeated,
  searchQueryRequired,
  searchRequestNotValid,
} from '../../graph/errors/catalogue/search.js';
import { type BodyIssue, bodyNotValid } from '../../graph/errors/catalogue/request.js';
import { quoteForMessage } from '../../graph/errors/quote-for-message.js';
import type { ReadBody } from '../../graph/http/body.js';
import {
  DEFAULT_SIZE,
  SEARCH_BOUNDS,
  type SearchQueryRequestDto,
  type SearchRequestDto,
} from '../dto/search-request.dto.js';

/** Which connections a search is about: those of these ids, or all of the tenant. */
export type ContentSources = { readonly ids: readonly string[] } | 'all' | 'wildcard';

/** One search, read and with every default filled in. */
export interface ReadSearch {
  readonly sources: ContentSources;
  /** As the client wrote it, for `searchTerms`. */
  readonly queryString: string;
  /** What is searched by: the query string in the template, if there is one. */
  readonly query: string;
  readonly from: number;
  readonly size: number;
  /** Undefined: all that are retrievable. */
  readonly fields?: readonly string[];
  readonly sort: NonNullable<SearchRequestDto['sortProperties']>;
  readonly aggregations: NonNullable<SearchRequestDto['aggregations']>;
  readonly aggregationFilters: readonly string[];
  readonly collapse: NonNullable<SearchRequestDto['collapseProperties']>;
  readonly withTemplates: boolean;
}

const SERVED = 'externalItem';
const QUERY_MISSING = /^requests\[\d+\]\.query(\.queryString)?$/;
const CONTENT_SOURCE = /^\/?external\/connections\/([^/]+)\/?$/i;
/** A page about display layouts sends it (docs/contract/search.md#2). */
const ALL_CONNECTORS = 'connectors';
const SEARCH_TERMS = '{searchTerms}';

/** What a query may have once it stands in its template. */
const LONGEST_QUERY = SEARCH_BOUNDS.characters;

/**
 * The searches of a body, or everything that is wrong with it: what cannot be read is Graph's own error, and what breaks a
 * rule of search has search's envelope (docs/contract/search.md#2, docs/contract/search.md#10).
 * @throws bodyNotValid, searchQueryRequired, searchRequestNotValid, entityTypesNotServed, entityTypesRepeated,
 * contentSourceRequired, collapseLimitsNotValid
 */
export function readSearches({ value, issues }: ReadBody<SearchQueryRequestDto>): ReadSearch[] {
  assertReadable(value, issues);
  const { requests } = value;
  const others = requests.flatMap(({ entityTypes }) => entityTypes.filter((type) => type !== SERVED));
  if (others.length > 0) throw entityTypesNotServed([...new Set(others)]);
  if (requests.length > 1) throw entityTypesRepeated();
  return requests.map(readSearch);
}

/** The older form of a query string, which beta had before, does as well. */
const olderQuery = (request: SearchRequestDto | undefined): string | undefined =>
  request?.query?.query_string?.query?.trim() || undefined;

function assertReadable({ requests }: Partial<SearchQueryRequestDto>, issues: readonly BodyIssue[]): void {
  const left = issues.filter(({ code, target }) => {
    const place = /^requests\[(\d+)\]\.query\.queryString$/.exec(target)?.[1];
    return !(
      code === 'RequiredPropertyMissing' &&
      place !== undefined &&
      olderQuery(requests?.[Number(place)]) !== undefined
    );
  });
  if (left.length === 0) return;
  if (left.some(({ foundBy }) => foundBy !== 'rules')) throw bodyNotValid(left);
  if (left.some(({ code, target }) => code === 'RequiredPropertyMissing' && QUERY_MISSING.test(target)))
    throw searchQueryRequired();
  throw searchRequestNotValid(left.map(({ message }) => message));
}

function readSearch(request: SearchRequestDto): ReadSearch {
  const sources = sourcesOf(request.contentSources ?? []);
  const queryString = request.query?.queryString ?? olderQuery(request)!;
  const fields = request.fields ?? request.stored_fields ?? [];
  const collapse = request.collapseProperties ?? [];
  if (collapse.some(({ limit }, level) => level > 0 && limit > collapse[level - 1]!.limit))
    throw collapseLimitsNotValid();
  return {
    sources,
    queryString,
    query: inTemplate(queryString, request.query?.queryTemplate ?? ''),
    from: request.from ?? 0,
    size: request.size ?? DEFAULT_SIZE,
    fields: fields.length === 0 ? undefined : fields,
    sort: request.sortProperties ?? [],
    aggregations: request.aggregations ?? [],
    aggregationFilters: request.aggregationFilters ?? [],
    collapse,
    withTemplates: request.resultTemplateOptions?.enableResultTemplate === true,
  };
}

/** Substituted as text, before it is parsed; a template without the place is the query (docs/contract/kql.md#6). */
function inTemplate(queryString: string, template: string): string {
  const query = template.trim() === '' ? queryString : template.replaceAll(SEARCH_TERMS, () => queryString);
  if (query.length > LONGEST_QUERY)
    throw searchRequestNotValid([
      `The query in its template has more than ${LONGEST_QUERY} characters; it has ${query.length}.`,
    ]);
  return query;
}

function sourcesOf(contentSources: readonly string[]): ContentSources {
  const given = contentSources.map((source) => source.trim()).filter((source) => source !== '');
  if (given.length === 0) throw contentSourceRequired();
  if (given.some((source) => source.toLowerCase() === ALL_CONNECTORS)) return 'all';
  const ids = given.map((source) => {
    const id = CONTENT_SOURCE.exec(source)?.[1];
    if (id === undefined)
      throw searchRequestNotValid([
        `Content source '${quoteForMessage(source)}' is invalid: it must be '/external/connections/{connection-id}'.`,
      ]);
    return id;
  });
  if (ids.includes('*')) return 'wildcard';
  return { ids: [...new Set(ids.map((id) => id.toLowerCase()))] };
}
