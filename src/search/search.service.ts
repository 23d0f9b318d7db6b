import { setImmediate as turn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { ConnectionAccess } from '../connections/scope/connection-access.js';
import { Clock } from '../graph/clock.js';
import { searchRequestNotValid } from '../graph/errors/catalogue/search.js';
import { printable } from '../graph/errors/failure-log.js';
import type { ReadBody } from '../graph/http/body.js';
import type { Page } from '../graph/odata/query/page.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import { ItemsService } from '../items/items.service.js';
import type { FoundItem } from '../items/found-item.js';
import type { SearchQueryRequestDto } from './dto/search-request.dto.js';
import type {
  ResultTemplateDto,
  SearchAggregationDto,
  SearchHitDto,
  SearchResponseDto,
} from './dto/search-response.dto.js';
import { type IndexAnswer, SearchIndex } from './index/search-index.js';
import { bind } from './kql/bind.js';
import type { Condition } from './kql/condition.js';
import { everyOf } from './kql/conditions.js';
import { freeText } from './kql/free-text.js';
import { parse } from './kql/parser.js';
import { phrasesOf, termsOf } from './kql/phrases.js';
import type { KqlNode, Phrase } from './kql/tree.js';
import { type KqlWarning, warningText } from './kql/warnings.js';
import { bucketsOf } from './query/buckets.js';
import { hitOf } from './query/hit.js';
import { type ContentSources, readSearches, type ReadSearch } from './query/read-request.js';
import {
  aggregatedBy,
  type Aggregated,
  collapsesOf,
  filterCondition,
  filtersOf,
  sortsOf,
} from './query/refinements.js';
import { ConnectionTemplates } from './result-templates/result-templates.js';
import { decide } from './trimming/principals.js';
import { MOST_CONNECTIONS, type SearchedConnection, SearchedConnections } from './searched-connections.js';

/** How a search is asked, besides its body. */
export interface SearchContext {
  /** Of the query, such as `en-US`: it decides with which day a week begins (docs/contract/kql.md#4). */
  readonly culture?: string;
  readonly left?: AbortSignal;
}

/** Of the contents of all hits of a page together, for their summaries. */
const MOST_CHARACTERS = 500_000;
/** Others have a turn after so many characters. */
const CHARACTERS_OF_TURN = 50_000;
const LONGEST_CONTENT = 20_000;
/** A query may have five hundred wrong restrictions in a hundred connections. */
const MOST_WARNINGS = 10;
/** Relevance looks at no more words and phrases. */
const MOST_PHRASES = 32;

/** The phrases by which hits are ranked and marked. */
export const phrasesIn = (conditions: readonly Condition[]): Phrase[] => {
  const found = new Map<string, Phrase>();
  for (const phrase of conditions.flatMap(phrasesOf)) {
    if (found.size === MOST_PHRASES) break;
    found.set(JSON.stringify(phrase), phrase);
  }
  return [...found.values()];
};

/** The rules of search for externalItem (docs/contract/search.md). */
@Injectable()
export class SearchService {
  private readonly log = new Logger('Search');

  constructor(
    private readonly searched: SearchedConnections,
    private readonly connections: ConnectionAccess,
    private readonly items: ItemsService,
    private readonly index: SearchIndex,
    private readonly clock: Clock,
    private readonly configuration: Configuration,
  ) {}

  /**
   * Finds the items that the user of the token may see, one response for each request.
   * @throws bodyNotValid, the errors of search in the catalogue, searchNotReady, searchesTooMany
   */
  async query(
    caller: AuthorizedCaller,
    body: ReadBody<SearchQueryRequestDto>,
    context: SearchContext,
  ): Promise<Page<SearchResponseDto>> {
    const rows: SearchResponseDto[] = [];
    for (const search of readSearches(body)) rows.push(await this.answer(caller, search, context));
    return { rows };
  }

  private async answer(
    caller: AuthorizedCaller,
    search: ReadSearch,
    { culture, left }: SearchContext,
  ): Promise<SearchResponseDto> {
    const connections = await this.connectionsOf(caller, search.sources);
    const today = { now: this.clock.now(), culture };
    const filters = filtersOf(connections, search);
    if (filters.includes('nothing'))
      this.warn(caller, [
        'An aggregation filter joins several properties by and(…) or or(…): Microsoft 365 finds nothing by it. ' +
          'Write one filter for each property, or KQL in queryTemplate.',
      ]);
    const sort = sortsOf(connections, search);
    const collapse = collapsesOf(connections, search);
    const aggregated = aggregatedBy(connections, search, today);
    const tree = treeOf(search.query, connections);
    const warnings: KqlWarning[] = [];
    const scopes = connections.map((connection) => {
      const { connectionKey, schema, names, principals } = connection;
      const bound = bind(tree, names, today);
      warnings.push(...bound.warnings.slice(0, MOST_WARNINGS));
      const filtered = filters.map((filter) => filterCondition(filter, connection, today));
      return { connectionKey, schema, principals, query: bound.condition, filtered };
    });
    this.warn(caller, warnings.map(warningText));
    const phrases = phrasesIn(scopes.map(({ query }) => query));
    const found = await this.index.search(
      {
        scopes: scopes.map(({ query, filtered, ...scope }) => ({
          ...scope,
          condition: everyOf([query, ...filtered]),
        })),
        from: search.from,
        size: search.size,
        phrases,
        sort,
        aggregations: aggregated.flatMap(({ index }) => index ?? []),
        collapse,
      },
      { caller: `${caller.tenantId} ${caller.appId.toLowerCase()}`, left },
    );
    const { hits, resultTemplates, cut } = await this.hits(caller, search, connections, found, phrases);
    return {
      searchTerms: termsOf(treeOf(search.queryString, connections)),
      hitsContainers: [
        {
          total: found.total,
          moreResultsAvailable:
            cut || (found.hits.length >= search.size && search.from + search.size < found.total),
          hits,
          ...(search.aggregations.length === 0 ? {} : { aggregations: aggregations(aggregated, found) }),
        },
      ],
      ...(resultTemplates === undefined ? {} : { resultTemplates }),
    };
  }

  private async connectionsOf(
    caller: AuthorizedCaller,
    sources: ContentSources,
  ): Promise<SearchedConnection[]> {
    if (typeof sources === 'object') return this.searched.named(caller, sources.ids);
    if (sources === 'wildcard' && this.configuration.emulateKnownIssues) {
      this.warn(caller, [
        "The content source '/external/connections/*' is documented, and was seen to bring no external items. " +
          'Name the connections, or start the server with EMULATE_KNOWN_ISSUES=false.',
      ]);
      return [];
    }
    const all = await this.searched.all(caller);
    if (all === undefined)
      throw searchRequestNotValid([
        `The tenant has more than ${MOST_CONNECTIONS} connections: name those to be searched.`,
      ]);
    return all;
  }

  /** The hits of a page as they are answered; `cut`: they have as many bytes as an answer may have before all are there. */
  private async hits(
    caller: AuthorizedCaller,
    { from, fields, withTemplates }: ReadSearch,
    connections: readonly SearchedConnection[],
    found: IndexAnswer,
    phrases: readonly Phrase[],
  ): Promise<{ hits: SearchHitDto[]; resultTemplates?: Record<string, ResultTemplateDto>; cut: boolean }> {
    const { tenantId } = caller;
    const byKey = new Map(connections.map((connection) => [connection.connectionKey, connection]));
    const characters = Math.min(
      LONGEST_CONTENT,
      Math.floor(MOST_CHARACTERS / Math.max(1, found.hits.length)),
    );
    const { items, cut } = await this.items.found(
      found.hits.map(({ connectionKey, itemId }) => ({ connectionKey, id: itemId })),
      characters,
      (item) => isVisible(item, byKey.get(item.connectionKey)),
    );
    const templates = withTemplates ? await this.templatesOf(caller, connections, items) : undefined;
    const resultTemplates: Record<string, ResultTemplateDto> = {};
    const hits: SearchHitDto[] = [];
    let read = 0;
    for (const [place, { connectionKey, collapsed: isCollapsed }] of found.hits.entries()) {
      const item = items[place];
      const connection = byKey.get(connectionKey);
      if (item === undefined || connection === undefined) continue;
      const hit = hitOf(item, connection, { tenantId, fields, phrases, rank: from + place + 1, isCollapsed });
      const chosen = templates?.get(connectionKey)?.chosen(item.properties);
      if (chosen !== undefined) resultTemplates[chosen.id] ??= chosen.template();
      hits.push(chosen === undefined ? hit : { ...hit, resultTemplateId: chosen.id });
      read += item.contentValue?.length ?? 0;
      if (read > CHARACTERS_OF_TURN) {
        read = 0;
        await turn();
      }
    }
    return { hits, cut, ...(withTemplates ? { resultTemplates } : {}) };
  }

  private async templatesOf(
    caller: AuthorizedCaller,
    connections: readonly SearchedConnection[],
    items: readonly (FoundItem | undefined)[],
  ): Promise<Map<string, ConnectionTemplates>> {
    const needed = new Set(items.flatMap((item) => item?.connectionKey ?? []));
    const templates = new Map<string, ConnectionTemplates>();
    for (const { id, connectionKey, schema } of connections)
      if (needed.has(connectionKey))
        templates.set(
          connectionKey,
          new ConnectionTemplates(connectionKey, await this.connections.searchSettings(caller, id), schema),
        );
    return templates;
  }

  private warn({ tenantId }: AuthorizedCaller, warnings: readonly string[]): void {
    for (const warning of [...new Set(warnings)].slice(0, MOST_WARNINGS))
      this.log.warn(`A search of tenant ${tenantId}: ${printable(warning, 500)}`);
  }
}

/** What a query says; one that does not parse is read again as free text (docs/contract/kql.md#6). */
function treeOf(query: string, connections: readonly SearchedConnection[]): KqlNode {
  const isProperty = (name: string): boolean =>
    connections.some(({ names }) => names.find(name) !== undefined);
  return parse(query, { isProperty, closesPhrases: true }).tree ?? freeText(query);
}

/** The row may have changed since the index was asked. */
export const isVisible = ({ acl }: FoundItem, connection: SearchedConnection | undefined): boolean =>
  connection !== undefined && decide(acl, connection.principalSet).visible;

function aggregations(aggregated: readonly Aggregated[], found: IndexAnswer): SearchAggregationDto[] {
  let place = 0;
  return aggregated.map(({ option, property, index }) => ({
    field: option.field,
    buckets:
      property === undefined || index === undefined
        ? []
        : bucketsOf(option, property.type, found.aggregations[place++] ?? []),
  }));
}
