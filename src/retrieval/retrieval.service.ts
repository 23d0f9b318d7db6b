import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../graph/clock.js';
import {
  dataSourceConfigurationNotValid,
  dataSourceNotServed,
  retrievalConnectionsTooMany,
} from '../graph/errors/catalogue/retrieval.js';
import { printable } from '../graph/errors/failure-log.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { FoundItem } from '../items/found-item.js';
import { ItemsService } from '../items/items.service.js';
import type { SchemaPropertyDto } from '../schema/schema.dto.js';
import { SearchIndex } from '../search/index/search-index.js';
import { bind } from '../search/kql/bind.js';
import type { Condition } from '../search/kql/condition.js';
import { ALL, everyOf, someOf } from '../search/kql/conditions.js';
import { parse } from '../search/kql/parser.js';
import type { KqlNode } from '../search/kql/tree.js';
import { warningText } from '../search/kql/warnings.js';
import { contentText, shownProperties } from '../search/query/hit.js';
import type { SearchContext } from '../search/search.service.js';
import {
  MOST_CONNECTIONS,
  type SearchedConnection,
  SearchedConnections,
} from '../search/searched-connections.js';
import { decide } from '../search/trimming/principals.js';
import {
  MOST_RESULTS,
  type RetrievalHitDto,
  type RetrievalRequestDto,
  type RetrievalResponseDto,
} from './dto/retrieval.dto.js';
import { passageOf } from './passages.js';
import { questionPhrases } from './question.js';

const SERVED = 'externalItem';
/** Of each content; passages are looked for in no more. */
const LONGEST_CONTENT = 40_000;
const MOST_WARNINGS = 10;

const labelled = (schema: readonly SchemaPropertyDto[], label: string): SchemaPropertyDto | undefined =>
  schema.find(({ labels }) => labels?.includes(label));

/** The rules of `POST /copilot/retrieval` for externalItem (docs/contract/retrieval.md). */
@Injectable()
export class RetrievalService {
  private readonly log = new Logger('Retrieval');
  private readonly schemas = new WeakMap<readonly SchemaPropertyDto[], readonly SchemaPropertyDto[]>();

  constructor(
    private readonly searched: SearchedConnections,
    private readonly items: ItemsService,
    private readonly index: SearchIndex,
    private readonly clock: Clock,
  ) {}

  /**
   * Passages that answer a question, of items that the user of the token may see, in no order.
   * @throws dataSourceNotServed, dataSourceConfigurationNotValid, retrievalConnectionsTooMany, searchNotReady, searchesTooMany
   */
  async retrieve(
    caller: AuthorizedCaller,
    body: RetrievalRequestDto,
    { culture, left }: SearchContext,
  ): Promise<RetrievalResponseDto> {
    if (body.dataSource !== SERVED) throw dataSourceNotServed(body.dataSource);
    const connections = await this.connectionsOf(caller, body);
    const phrases = questionPhrases(body.queryString);
    const question = someOf(phrases.map((phrase): Condition => ({ kind: 'text', phrase })));
    const filters = this.filters(caller, body.filterExpression ?? '', connections, culture);
    const { hits } = await this.index.search(
      {
        scopes: connections.map(({ connectionKey, schema, principals }, index) => ({
          connectionKey,
          schema: this.semantic(schema),
          condition: everyOf([question, filters[index]!]),
          principals,
        })),
        from: 0,
        size: body.maximumNumberOfResults ?? MOST_RESULTS,
        phrases,
        sort: [],
        aggregations: [],
        collapse: [],
      },
      { caller: `${caller.tenantId} ${caller.appId.toLowerCase()}`, left },
    );
    const byKey = new Map(connections.map((connection) => [connection.connectionKey, connection]));
    const { items } = await this.items.found(
      hits.map(({ connectionKey, itemId }) => ({ connectionKey, id: itemId })),
      LONGEST_CONTENT,
      ({ acl, connectionKey }) => decide(acl, byKey.get(connectionKey)!.principalSet).visible,
    );
    const retrievalHits: RetrievalHitDto[] = [];
    for (const item of shuffled(items, body.queryString)) {
      await turn();
      retrievalHits.push(hitOf(item, byKey.get(item.connectionKey)!, body, phrases));
    }
    return { retrievalHits };
  }

  private async connectionsOf(
    caller: AuthorizedCaller,
    { dataSourceConfiguration }: RetrievalRequestDto,
  ): Promise<SearchedConnection[]> {
    if (dataSourceConfiguration === undefined || dataSourceConfiguration === null) {
      const all = await this.searched.all(caller);
      if (all === undefined) throw retrievalConnectionsTooMany(MOST_CONNECTIONS);
      return all;
    }
    const { externalItem, sharePointEmbedded } = dataSourceConfiguration;
    if (externalItem === undefined || externalItem === null || (sharePointEmbedded ?? null) !== null)
      throw dataSourceConfigurationNotValid();
    const ids = externalItem.connections.map(({ connectionId }) => connectionId);
    return this.searched.named(caller, [...new Set(ids)]);
  }

  /** What a filter means for each connection; one that does not parse is no filter (docs/contract/retrieval.md#5). */
  private filters(
    caller: AuthorizedCaller,
    filter: string,
    connections: readonly SearchedConnection[],
    culture: string | undefined,
  ): Condition[] {
    const tree = filter.trim() === '' ? undefined : this.parsed(caller, filter, connections);
    if (tree === undefined) return connections.map(() => ALL);
    const today = { now: this.clock.now(), culture };
    const bound = connections.map(({ names }) => bind(tree, names, today));
    this.warn(
      caller,
      bound.flatMap(({ warnings }) => warnings.slice(0, MOST_WARNINGS).map(warningText)),
    );
    return bound.map(({ condition }, index) => searchedLikeSearch(condition, connections[index]!.schema));
  }

  private parsed(
    caller: AuthorizedCaller,
    filter: string,
    connections: readonly SearchedConnection[],
  ): KqlNode | undefined {
    const isProperty = (name: string): boolean =>
      connections.some(({ names }) => names.find(name) !== undefined);
    const { tree, fault } = parse(filter, { isProperty });
    if (fault !== undefined)
      this.warn(caller, [
        `filterExpression is no KQL, so it was ignored, as Microsoft 365 does: ${fault.message} At character ${fault.position + 1}.`,
      ]);
    return tree;
  }

  /** A question is looked for in the title and the content alone (docs/contract/retrieval.md#4). */
  private semantic(schema: readonly SchemaPropertyDto[]): readonly SchemaPropertyDto[] {
    let semantic = this.schemas.get(schema);
    if (semantic === undefined) {
      semantic = schema.map((property) => ({
        ...property,
        isSearchable: property.labels?.includes('title') === true,
      }));
      this.schemas.set(schema, semantic);
    }
    return semantic;
  }

  private warn({ tenantId }: AuthorizedCaller, warnings: readonly string[]): void {
    for (const warning of [...new Set(warnings)].slice(0, MOST_WARNINGS))
      this.log.warn(`A retrieval of tenant ${tenantId}: ${printable(warning, 500)}`);
  }
}

/**
 * The free text of a filter is looked for in every searchable property, whatever a question is looked for in
 * (docs/contract/retrieval.md#5).
 */
function searchedLikeSearch(condition: Condition, schema: readonly SchemaPropertyDto[]): Condition {
  const properties = schema.filter(({ isSearchable }) => isSearchable).map(({ name }) => name.toLowerCase());
  const again = (operand: Condition): Condition => {
    switch (operand.kind) {
      case 'and':
      case 'or':
        return { ...operand, operands: operand.operands.map(again) };
      case 'not':
        return { ...operand, operand: again(operand.operand) };
      case 'text':
      case 'near':
        return { ...operand, properties };
      default:
        return operand;
    }
  };
  return again(condition);
}

/** In an order that says nothing and is the same each time (docs/contract/retrieval.md#8). */
const shuffled = (items: readonly (FoundItem | undefined)[], question: string): FoundItem[] =>
  items
    .filter((item) => item !== undefined)
    .map((item) => ({
      item,
      place: createHash('sha256').update(`${question} ${item.connectionKey} ${item.id}`).digest('hex'),
    }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ item }) => item);

/** How values look as text: numbers and Booleans as in JSON, collections joined (docs/contract/retrieval.md#3). */
const asText = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(asText).join(';');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
};

function hitOf(
  item: FoundItem,
  connection: SearchedConnection,
  { resourceMetadata }: RetrievalRequestDto,
  phrases: ReturnType<typeof questionPhrases>,
): RetrievalHitDto {
  const textAt = (label: string): string | undefined => {
    const property = labelled(connection.schema, label);
    const value = property === undefined ? undefined : item.properties[property.name];
    return typeof value === 'string' ? value : undefined;
  };
  const passage = passageOf(contentText(item), textAt('title') ?? '', phrases);
  const url = labelled(connection.schema, 'url')?.isRetrievable === true ? textAt('url') : undefined;
  const metadata: Record<string, string> = {};
  // By the names as they were asked for.
  for (const name of resourceMetadata ?? []) {
    const [value] = Object.values(shownProperties(item, connection, [name]));
    if (value !== undefined) metadata[name] = asText(value);
  }
  return {
    ...(url === undefined ? {} : { webUrl: url }),
    extracts: passage === undefined ? [] : [passage],
    resourceType: SERVED,
    resourceMetadata: metadata,
  };
}
