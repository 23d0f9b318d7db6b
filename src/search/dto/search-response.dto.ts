import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { ModelType, EdmProperty } from '../../graph/odata/edm.js';

/** docs/contract/search.md#7. */
@ModelType({ name: 'searchBucket', ofGraph: true })
export class SearchBucketDto {
  @EdmProperty({ type: 'String', description: 'The value, or the range in words.', example: 'high' })
  key: string;

  @EdmProperty({ type: 'Int32', description: 'How many hits have it.', example: 5 })
  count: number;

  @EdmProperty({
    type: 'String',
    description: 'What an aggregation filter names the bucket by.',
    example: '"ǂǂ68696768"',
  })
  aggregationFilterToken: string;
}

/** docs/contract/search.md#7. */
@ModelType({ name: 'searchAggregation', ofGraph: true })
export class SearchAggregationDto {
  @EdmProperty({ type: 'String', description: 'The property.', example: 'priority' })
  field: string;

  @EdmProperty({ type: () => SearchBucketDto, collection: true, description: 'Its values, counted.' })
  buckets: SearchBucketDto[];
}

/** An externalItem as a hit shows it (docs/contract/search.md#3). */
@ModelType({ name: 'externalItem', schema: 'externalItem.hit', open: true })
export class HitResourceDto {
  @ApiProperty({ required: false, enum: ['#microsoft.graph.externalConnectors.externalItem'] })
  '@odata.type'?: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The retrievable properties, or those of `fields`, and names of the service itself.',
    example: { ticketTitle: 'Printer on floor 3', priority: 'high' },
  })
  properties: Record<string, unknown>;
}

/** docs/contract/search.md#3. */
@ModelType({ name: 'searchHit', ofGraph: true })
export class SearchHitDto {
  @EdmProperty({
    type: 'String',
    description: 'Names the item in answers of search alone: it is not its id.',
  })
  hitId: string;

  @EdmProperty({
    type: 'Int32',
    description: 'The place of the hit in the whole result, from 1 on.',
    example: 1,
  })
  rank: number;

  @EdmProperty({
    type: 'String',
    description:
      'A part of the content, matches between `<c0>` and `</c0>`; `<ddd/>` stands for what is left out.',
    example: '<c0>Printer</c0> jam on floor 3<ddd/>',
  })
  summary: string;

  @EdmProperty({ type: 'String', description: 'The connection.', example: '/external/connections/contosohr' })
  contentSource: string;

  @EdmProperty({
    type: 'String',
    nullable: true,
    description: 'Of `resultTemplates`; missing if no template of the connection applies.',
  })
  resultTemplateId?: string;

  @EdmProperty({
    type: 'Boolean',
    nullable: true,
    description: 'With collapseProperties: whether other items of its group are not shown.',
  })
  isCollapsed?: boolean;

  @ApiProperty({ type: () => HitResourceDto, description: 'The item.' })
  resource: HitResourceDto;
}

/** docs/contract/search.md#3. */
@ModelType({ name: 'searchHitsContainer', ofGraph: true })
export class SearchHitsContainerDto {
  @EdmProperty({
    type: 'Int32',
    description: 'How many items the user may see and the query finds: exact to 10,000, and 10,001 for more.',
    example: 1,
  })
  total: number;

  @EdmProperty({ type: 'Boolean', description: 'Whether more hits follow behind the last one.' })
  moreResultsAvailable: boolean;

  @EdmProperty({
    type: () => SearchHitDto,
    collection: true,
    nullable: true,
    description: 'This page of hits.',
  })
  hits: SearchHitDto[];

  @EdmProperty({
    type: () => SearchAggregationDto,
    collection: true,
    nullable: true,
    description: 'With aggregations: one each, in their order.',
  })
  aggregations?: SearchAggregationDto[];
}

/** docs/contract/search.md#8. */
@ModelType({ name: 'resultTemplate', ofGraph: true })
export class ResultTemplateDto {
  @EdmProperty({ type: 'String', description: 'The id of the template in the settings of its connection.' })
  displayName: string;

  @EdmProperty({ type: 'Json', description: 'The Adaptive Card, with `{property}` in the place of values.' })
  body: object;
}

/** docs/contract/search.md#3. */
@ApiExtraModels(ResultTemplateDto)
@ModelType({ name: 'searchResponse', ofGraph: true })
export class SearchResponseDto {
  @EdmProperty({
    type: 'String',
    collection: true,
    description: 'The words and phrases of the query.',
    example: ['printer'],
  })
  searchTerms: string[];

  @EdmProperty({ type: () => SearchHitsContainerDto, collection: true, description: 'One.' })
  hitsContainers: SearchHitsContainerDto[];

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/microsoft.graph.resultTemplate' },
    description: 'The result templates that the hits name, by their ids.',
  })
  resultTemplates?: Record<string, ResultTemplateDto>;
}

/** The answer of `POST /search/query` (docs/contract/search.md#3). */
@ModelType({ name: 'searchResponse', schema: 'searchResponseCollection', ofGraph: true })
export class SearchResponseCollectionDto {
  @ApiProperty({
    required: false,
    example: 'http://127.0.0.1:3000/beta/$metadata#Collection(microsoft.graph.searchResponse)',
  })
  '@odata.context'?: string;

  @ApiProperty({ type: () => SearchResponseDto, isArray: true, required: true })
  value: SearchResponseDto[];
}
