import { ApiProperty } from '@nestjs/swagger';
import { type EnumType, ModelType, EdmProperty } from '../../graph/odata/edm.js';
import { atLeast, atMost, maxItems, maxLength, minItems } from '../../graph/odata/rules.js';

const BOTH = ['beta', 'v1.0'] as const;
const BETA = ['beta'] as const;

export const MOST_RESULTS = 25;
const LONGEST_QUESTION = 1_500;
const MOST_CONNECTIONS_NAMED = 100;
const MOST_METADATA = 1_000;

/** docs/contract/retrieval.md#2. */
export const RETRIEVAL_DATA_SOURCE: EnumType = {
  name: 'retrievalDataSource',
  ofGraph: true,
  members: ['sharePoint', 'oneDriveBusiness', 'externalItem'],
  evolved: ['sharePointEmbedded'],
};

/** docs/contract/retrieval.md#2. */
@ModelType({ name: 'connectionItem', ofGraph: true, anyCase: true })
export class ConnectionItemDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [maxLength(128)],
    description: 'The id of a connection.',
    example: 'contosohr',
  })
  connectionId: string;
}

/** docs/contract/retrieval.md#2. */
@ModelType({ name: 'externalItemConfiguration', ofGraph: true, anyCase: true })
export class ExternalItemConfigurationDto {
  @EdmProperty({
    type: () => ConnectionItemDto,
    collection: true,
    required: BOTH,
    rules: [minItems(1), maxItems(MOST_CONNECTIONS_NAMED)],
    description: 'The connections that are asked.',
  })
  connections: ConnectionItemDto[];
}

@ModelType({ name: 'sharePointEmbeddedConfiguration', ofGraph: true, open: true })
export class SharePointEmbeddedConfigurationDto {
  @EdmProperty({ type: 'String', nullable: true, description: 'Not of this server.' })
  containerTypeId?: string | null;
}

/** Names of its members are read in any case (docs/contract/retrieval.md#2). */
@ModelType({ name: 'dataSourceConfiguration', ofGraph: true, anyCase: true })
export class DataSourceConfigurationDto {
  @EdmProperty({
    type: () => ExternalItemConfigurationDto,
    nullable: true,
    description: 'Which connections are asked; if missing, all that the user can see.',
  })
  externalItem?: ExternalItemConfigurationDto | null;

  @EdmProperty({
    type: () => SharePointEmbeddedConfigurationDto,
    nullable: true,
    versions: BETA,
    description: 'Not of this server.',
  })
  sharePointEmbedded?: SharePointEmbeddedConfigurationDto | null;
}

/** The body of `POST /copilot/retrieval` (docs/contract/retrieval.md#2). */
@ModelType({ name: 'retrieval', schema: 'copilot.retrieval', ofGraph: true, anyCase: true })
export class RetrievalRequestDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [maxLength(LONGEST_QUESTION)],
    description: 'One sentence in natural language.',
    example: 'How do I set up the corporate VPN?',
  })
  queryString: string;

  @EdmProperty({
    type: RETRIEVAL_DATA_SOURCE,
    required: BOTH,
    description: 'Must be externalItem.',
    example: 'externalItem',
  })
  dataSource: string;

  @EdmProperty({
    type: () => DataSourceConfigurationDto,
    nullable: true,
    description: 'If missing, all connections are asked.',
  })
  dataSourceConfiguration?: DataSourceConfigurationDto | null;

  @EdmProperty({
    type: 'String',
    nullable: true,
    description:
      'Narrows the hits, in the Keyword Query Language (KQL). What is wrong KQL is no filter, and no error.',
    example: 'priority:high',
  })
  filterExpression?: string | null;

  @EdmProperty({
    type: 'String',
    collection: true,
    nullable: true,
    rules: [maxItems(MOST_METADATA)],
    description: 'Names of retrievable properties that each hit shows.',
    example: ['ticketTitle'],
  })
  resourceMetadata?: string[] | null;

  @EdmProperty({
    type: 'Int32',
    nullable: true,
    rules: [atLeast(1), atMost(MOST_RESULTS)],
    description: `At most ${MOST_RESULTS}; if missing, ${MOST_RESULTS}.`,
    example: 10,
  })
  maximumNumberOfResults?: number | null;

  @EdmProperty({
    type: 'Boolean',
    nullable: true,
    versions: BETA,
    description: 'Of pages of files: without effect on external items.',
  })
  includeThumbnails?: boolean | null;
}

/** docs/contract/retrieval.md#3. */
@ModelType({ name: 'retrievalExtract', ofGraph: true })
export class RetrievalExtractDto {
  @EdmProperty({
    type: 'String',
    description: 'A passage of the content.',
    example: 'To set up the VPN, open …',
  })
  text: string;

  @ApiProperty({
    type: 'number',
    format: 'double',
    required: false,
    minimum: 0,
    maximum: 1,
    description: 'Which part of the question is found in the item and in the passage, by words.',
    example: 0.83,
  })
  relevanceScore?: number;
}

/** docs/contract/retrieval.md#3. */
@ModelType({ name: 'retrievalHit', ofGraph: true })
export class RetrievalHitDto {
  @EdmProperty({
    type: 'String',
    nullable: true,
    description: 'The property with the label url; missing without it.',
    example: 'https://contoso.example/kb/42',
  })
  webUrl?: string;

  @EdmProperty({ type: () => RetrievalExtractDto, collection: true, description: 'At most one.' })
  extracts: RetrievalExtractDto[];

  @ApiProperty({ enum: ['externalItem'], description: 'What was found.' })
  resourceType: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The properties that were asked for and have a value, as text.',
    example: { ticketTitle: 'VPN for new employees' },
  })
  resourceMetadata: Record<string, string>;
}

/** The answer of `POST /copilot/retrieval`, without `@odata.context`, as in the examples (docs/contract/retrieval.md#3). */
@ModelType({ name: 'retrievalResponse', ofGraph: true })
export class RetrievalResponseDto {
  @EdmProperty({ type: () => RetrievalHitDto, collection: true, description: 'In no order.' })
  retrievalHits: RetrievalHitDto[];
}
