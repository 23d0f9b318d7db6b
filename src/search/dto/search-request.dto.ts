import { type EnumType, ModelType, EdmProperty } from '../../graph/odata/edm.js';
import { atLeast, atMost, maxItems, maxLength, minItems } from '../../graph/odata/rules.js';

const BOTH = ['beta', 'v1.0'] as const;
const BETA = ['beta'] as const;

/** Bounds of a search. Those without a number in the contract are our own (docs/fidelity.md says which). */
export const SEARCH_BOUNDS = {
  requests: 10,
  entityTypes: 14,
  contentSources: 100,
  characters: 4_096,
  from: 10_000,
  size: 500,
  fields: 1_000,
  sortProperties: 5,
  aggregations: 20,
  ranges: 100,
  aggregationFilters: 20,
  collapseProperties: 5,
  collapseFields: 5,
  buckets: 65_535,
} as const;

export const DEFAULT_SIZE = 25;

/** docs/contract/search.md#2. The second name of external items belongs to an older form of the call. */
export const ENTITY_TYPE: EnumType = {
  name: 'entityType',
  ofGraph: true,
  members: ['event', 'message', 'driveItem', 'externalItem', 'site', 'list', 'listItem', 'drive'],
  evolved: ['chatMessage', 'person', 'acronym', 'bookmark', 'qna'],
  aliases: { 'microsoft.graph.externalItem': 'externalItem' },
};

/** docs/contract/search.md#7. */
export const BUCKET_SORT: EnumType = {
  name: 'bucketAggregationSortProperty',
  ofGraph: true,
  members: ['count', 'keyAsString', 'keyAsNumber'],
};

const SEARCH_CONTENT: EnumType = {
  name: 'searchContent',
  ofGraph: true,
  members: ['sharedContent', 'privateContent'],
  flags: true,
};

const NAME = maxLength(128);
const TEXT = maxLength(SEARCH_BOUNDS.characters);

/** The form of `queryString` that beta had before (docs/contract/search.md#2). */
@ModelType({ name: 'searchQueryString', ofGraph: true })
export class SearchQueryStringDto {
  @EdmProperty({ type: 'String', nullable: true, rules: [TEXT], description: 'The query.' })
  query?: string | null;
}

/** docs/contract/search.md#2. */
@ModelType({ name: 'searchQuery', ofGraph: true })
export class SearchQueryDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [TEXT],
    description: 'What is looked for, in the Keyword Query Language (KQL). `*` finds everything.',
    example: 'printer AND priority:high',
  })
  queryString?: string;

  @EdmProperty({
    type: 'String',
    nullable: true,
    rules: [TEXT],
    description: 'Decorates the query string, whose place is `{searchTerms}`.',
    example: '({searchTerms}) AND priority:high',
  })
  queryTemplate?: string | null;

  @EdmProperty({
    type: () => SearchQueryStringDto,
    nullable: true,
    versions: BETA,
    description: 'Deprecated: use queryString.',
  })
  query_string?: SearchQueryStringDto | null;
}

/** docs/contract/search.md#2. */
@ModelType({ name: 'sortProperty', ofGraph: true })
export class SortPropertyDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [NAME],
    description: 'A refinable property of the schema.',
    example: 'priority',
  })
  name: string;

  @EdmProperty({ type: 'Boolean', nullable: true, description: 'Whether the largest value comes first.' })
  isDescending?: boolean | null;
}

/** docs/contract/search.md#7. The model lets neither end be left out, the examples do. */
@ModelType({ name: 'bucketAggregationRange', ofGraph: true })
export class BucketAggregationRangeDto {
  @EdmProperty({
    type: 'String',
    nullable: true,
    rules: [NAME],
    description: 'The lower end, which belongs to the range; if missing, it has none.',
    example: '100',
  })
  from?: string | null;

  @EdmProperty({
    type: 'String',
    nullable: true,
    rules: [NAME],
    description: 'The upper end, which does not belong to the range; if missing, it has none.',
    example: '1000',
  })
  to?: string | null;
}

/** docs/contract/search.md#7. */
@ModelType({ name: 'bucketAggregationDefinition', ofGraph: true })
export class BucketAggregationDefinitionDto {
  @EdmProperty({
    type: BUCKET_SORT,
    required: BOTH,
    description: 'What the buckets are sorted by.',
    example: 'count',
  })
  sortBy: string;

  @EdmProperty({ type: 'Boolean', nullable: true, description: 'Whether the largest comes first.' })
  isDescending?: boolean | null;

  @EdmProperty({
    type: 'Int32',
    nullable: true,
    rules: [atLeast(0)],
    description: 'Buckets of fewer items are left out.',
    example: 0,
  })
  minimumCount?: number | null;

  @EdmProperty({
    type: 'String',
    nullable: true,
    rules: [NAME],
    description: 'Buckets whose key begins otherwise are left out.',
    example: 'h',
  })
  prefixFilter?: string | null;

  @EdmProperty({
    type: () => BucketAggregationRangeDto,
    collection: true,
    nullable: true,
    rules: [maxItems(SEARCH_BOUNDS.ranges)],
    description: 'A bucket for each range, of numbers or dates.',
    example: [],
  })
  ranges?: BucketAggregationRangeDto[] | null;
}

/** docs/contract/search.md#7. */
@ModelType({ name: 'aggregationOption', ofGraph: true })
export class AggregationOptionDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [NAME],
    description: 'A refinable property of the schema.',
    example: 'priority',
  })
  field: string;

  @EdmProperty({
    type: 'Int32',
    nullable: true,
    rules: [atLeast(1), atMost(SEARCH_BOUNDS.buckets)],
    description: 'How many buckets there are at most; if missing, 10. Ranges need none.',
    example: 10,
  })
  size?: number | null;

  @EdmProperty({
    type: () => BucketAggregationDefinitionDto,
    required: BOTH,
    description: 'Which buckets there are, and in which order.',
  })
  bucketDefinition: BucketAggregationDefinitionDto;
}

/** docs/contract/search.md#2. */
@ModelType({ name: 'collapseProperty', ofGraph: true })
export class CollapsePropertyDto {
  @EdmProperty({
    type: 'String',
    collection: true,
    required: BOTH,
    rules: [minItems(1), maxItems(SEARCH_BOUNDS.collapseFields)],
    description: 'Queryable and refinable properties: items with the same values are a group.',
    example: ['priority'],
  })
  fields: string[];

  @EdmProperty({
    type: 'Int32',
    required: BOTH,
    rules: [atLeast(1), atMost(32_767)],
    description: 'How many items of a group are shown; a later level must not have more than an earlier one.',
    example: 1,
  })
  limit: number;
}

@ModelType({ name: 'searchAlterationOptions', ofGraph: true })
export class SearchAlterationOptionsDto {
  @EdmProperty({ type: 'Boolean', nullable: true, description: 'Taken, and ignored.' })
  enableSuggestion?: boolean | null;

  @EdmProperty({ type: 'Boolean', nullable: true, description: 'Taken, and ignored.' })
  enableModification?: boolean | null;
}

/** docs/contract/search.md#8. */
@ModelType({ name: 'resultTemplateOption', ofGraph: true })
export class ResultTemplateOptionDto {
  @EdmProperty({
    type: 'Boolean',
    nullable: true,
    description: 'Whether each hit names the result template that its connection has for it.',
  })
  enableResultTemplate?: boolean | null;
}

@ModelType({ name: 'sharePointOneDriveOptions', ofGraph: true })
export class SharePointOneDriveOptionsDto {
  @EdmProperty({ type: SEARCH_CONTENT, nullable: true, description: 'Taken, and ignored.' })
  includeContent?: string | null;

  @EdmProperty({ type: 'Boolean', nullable: true, versions: BETA, description: 'Taken, and ignored.' })
  includeHiddenContent?: boolean | null;
}

/** docs/contract/search.md#2. */
@ModelType({ name: 'searchRequest', ofGraph: true })
export class SearchRequestDto {
  @EdmProperty({
    type: ENTITY_TYPE,
    collection: true,
    required: BOTH,
    rules: [minItems(1), maxItems(SEARCH_BOUNDS.entityTypes)],
    description: 'Must be externalItem alone.',
    example: ['externalItem'],
  })
  entityTypes: string[];

  @EdmProperty({
    type: 'String',
    collection: true,
    nullable: true,
    rules: [maxItems(SEARCH_BOUNDS.contentSources)],
    description: 'Required: the connections that are searched, each as `/external/connections/{id}`.',
    example: ['/external/connections/contosohr'],
  })
  contentSources?: string[] | null;

  @EdmProperty({ type: () => SearchQueryDto, required: BOTH, description: 'What is looked for.' })
  query?: SearchQueryDto;

  @EdmProperty({
    type: 'Int32',
    default: 0,
    rules: [atLeast(0), atMost(SEARCH_BOUNDS.from)],
    description: 'How many hits are passed over.',
    example: 0,
  })
  from: number;

  @EdmProperty({
    type: 'Int32',
    default: DEFAULT_SIZE,
    rules: [atLeast(0), atMost(SEARCH_BOUNDS.size)],
    description: 'How many hits a page has at most.',
    example: DEFAULT_SIZE,
  })
  size: number;

  @EdmProperty({
    type: 'String',
    collection: true,
    nullable: true,
    rules: [maxItems(SEARCH_BOUNDS.fields)],
    description:
      'The properties that a hit shows, or `label_…` for the one with a label; if missing, all that are retrievable.',
    example: ['ticketTitle', 'priority'],
  })
  fields?: string[] | null;

  @EdmProperty({
    type: 'String',
    collection: true,
    nullable: true,
    versions: BETA,
    rules: [maxItems(SEARCH_BOUNDS.fields)],
    description: 'Deprecated: use fields.',
  })
  stored_fields?: string[] | null;

  @EdmProperty({
    type: () => SortPropertyDto,
    collection: true,
    nullable: true,
    rules: [maxItems(SEARCH_BOUNDS.sortProperties)],
    description: 'What the hits are sorted by; if missing, by relevance.',
  })
  sortProperties?: SortPropertyDto[] | null;

  @EdmProperty({
    type: () => AggregationOptionDto,
    collection: true,
    nullable: true,
    rules: [maxItems(SEARCH_BOUNDS.aggregations)],
    description: 'Of which properties the values are counted.',
  })
  aggregations?: AggregationOptionDto[] | null;

  @EdmProperty({
    type: 'String',
    collection: true,
    nullable: true,
    rules: [maxItems(SEARCH_BOUNDS.aggregationFilters)],
    description: 'Narrows the hits by tokens of buckets: `field:token`, `field:or(token,token)`.',
    example: ['priority:"ǂǂ68696768"'],
  })
  aggregationFilters?: string[] | null;

  @EdmProperty({
    type: () => CollapsePropertyDto,
    collection: true,
    nullable: true,
    rules: [maxItems(SEARCH_BOUNDS.collapseProperties)],
    description: 'Of which properties items of the same value are shown once, or a few times.',
  })
  collapseProperties?: CollapsePropertyDto[] | null;

  @EdmProperty({
    type: () => SearchAlterationOptionsDto,
    nullable: true,
    description: 'Spelling. Taken, and ignored.',
  })
  queryAlterationOptions?: SearchAlterationOptionsDto | null;

  @EdmProperty({
    type: () => ResultTemplateOptionDto,
    nullable: true,
    description: 'How hits are displayed.',
  })
  resultTemplateOptions?: ResultTemplateOptionDto | null;

  @EdmProperty({ type: 'Boolean', nullable: true, description: 'Not for external items: ignored.' })
  enableTopResults?: boolean | null;

  @EdmProperty({ type: 'String', nullable: true, description: 'Not for external items: ignored.' })
  region?: string | null;

  @EdmProperty({
    type: () => SharePointOneDriveOptionsDto,
    nullable: true,
    description: 'Not for external items: ignored.',
  })
  sharePointOneDriveOptions?: SharePointOneDriveOptionsDto | null;

  @EdmProperty({
    type: 'Boolean',
    nullable: true,
    versions: BETA,
    description: 'Not for external items: ignored.',
  })
  trimDuplicates?: boolean | null;
}

/** The body of `POST /search/query` (docs/contract/search.md#2). */
@ModelType({ name: 'query', schema: 'search.query', ofGraph: true })
export class SearchQueryRequestDto {
  @EdmProperty({
    type: () => SearchRequestDto,
    collection: true,
    required: BOTH,
    rules: [minItems(1), maxItems(SEARCH_BOUNDS.requests)],
    description: 'Usually one: no two requests may ask for the same entity type.',
  })
  requests: SearchRequestDto[];
}
