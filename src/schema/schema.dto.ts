import { ApiProperty } from '@nestjs/swagger';
import { quoteForMessage } from '../graph/errors/quote-for-message.js';
import { BETA, BOTH } from '../graph/http/request-context.js';
import { ModelType, EdmProperty } from '../graph/odata/edm.js';
import { matches, maxItems, maxLength, minItems } from '../graph/odata/rules.js';
import { IMPORTANCE_SCORE, LABEL, PROPERTY_TYPE, type PropertyType } from './enums.js';

/** Of properties and their aliases (docs/contract/api.md#1.5). */
export const PROPERTY_NAME = /^[A-Za-z0-9]{1,32}$/;
/** docs/contract/errors.md#s9. */
export const notAName = (name: unknown): string =>
  `Property name '${quoteForMessage(name)}' must contain 1 to 32 alphanumeric characters.`;

const BASE_TYPE = 'microsoft.graph.externalItem';
const MOST_PROPERTIES = 128;
const propertyCount = (): string => `A schema must have between 1 and ${MOST_PROPERTIES} properties.`;

/** docs/contract/api.md#1.5; beta only. */
@ModelType({ name: 'rankingHint' })
export class RankingHintDto {
  @EdmProperty({
    type: IMPORTANCE_SCORE,
    required: BOTH,
    description: 'How much a match in the property counts in the ranking.',
  })
  importanceScore: string;
}

/** docs/contract/api.md#1.5. What names, labels and flags may be together is said by `schema-rules.ts`. */
@ModelType({ name: 'property' })
export class SchemaPropertyDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [matches(PROPERTY_NAME, 'InvalidPropertyName', (_, name) => notAName(name))],
    description: 'At most 32 letters and digits; unique in the schema without regard to case.',
    example: 'ticketTitle',
  })
  name: string;

  @EdmProperty({
    type: PROPERTY_TYPE,
    required: BOTH,
    description: 'The type of its values.',
    example: 'string',
  })
  type: PropertyType;

  @EdmProperty({
    type: 'String',
    nullable: true,
    rules: [maxLength(200)],
    description: 'A description of the values, for people who query them.',
  })
  description?: string | null;

  @EdmProperty({
    type: 'String',
    collection: true,
    orOneString: true,
    nullable: true,
    description: 'Other names of the property in queries. The rules for names apply to each.',
  })
  aliases?: string[] | null;

  @EdmProperty({
    type: LABEL,
    collection: true,
    nullable: true,
    description:
      'The meaning of the property for Microsoft 365: at most one label. A labelled property must be retrievable, except in a connection of people.',
    example: ['title'],
  })
  labels?: string[] | null;

  @EdmProperty({
    type: 'Boolean',
    nullable: true,
    description:
      'Free text finds it. Only for strings and principals, single or collections, never with isRefinable.',
  })
  isSearchable?: boolean | null;

  @EdmProperty({ type: 'Boolean', nullable: true, description: 'May be named in a query.' })
  isQueryable?: boolean | null;

  @EdmProperty({ type: 'Boolean', nullable: true, description: 'Shown in search results.' })
  isRetrievable?: boolean | null;

  @EdmProperty({ type: 'Boolean', nullable: true, description: 'For filters, aggregations and sorting.' })
  isRefinable?: boolean | null;

  @EdmProperty({
    type: 'Boolean',
    nullable: true,
    versions: BETA,
    description:
      'The whole value is one token. Only for string and stringCollection, never with isSearchable.',
  })
  isExactMatchRequired?: boolean | null;

  @EdmProperty({
    type: () => RankingHintDto,
    nullable: true,
    versions: BETA,
    description: 'How much it counts; for searchable properties without labels.',
  })
  rankingHint?: RankingHintDto | null;
}

/** The body of `PATCH …/schema`, and of its older form `POST` (docs/contract/api.md#2.2.6). */
@ModelType({ name: 'schema', schema: 'schema.register', ignored: ['id'] })
export class RegisterSchemaDto {
  @EdmProperty({
    type: 'String',
    required: BOTH,
    rules: [
      matches(
        /^microsoft\.graph\.externalItem$/,
        'InvalidBaseType',
        (_, baseType) =>
          `Base type '${quoteForMessage(baseType)}' is not supported; it must be '${BASE_TYPE}'.`,
      ),
    ],
    description: 'Must be microsoft.graph.externalItem.',
    example: 'microsoft.graph.externalItem',
  })
  baseType: string;

  @EdmProperty({
    type: () => SchemaPropertyDto,
    collection: true,
    required: BOTH,
    rules: [
      minItems(1, 'InvalidPropertyCount', propertyCount),
      maxItems(MOST_PROPERTIES, 'InvalidPropertyCount', propertyCount),
    ],
    description: '1 to 128 properties; an update names all that the schema has, and more.',
  })
  properties: SchemaPropertyDto[];
}

/** A schema as it is answered: with every default filled in, and without id, as in the reference (docs/contract/api.md#2.2.7). */
@ModelType({ name: 'schema' })
export class SchemaDto {
  @ApiProperty({
    required: false,
    example: "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/schema/$entity",
  })
  '@odata.context'?: string;

  @EdmProperty({ type: 'String', required: BOTH, description: 'Always microsoft.graph.externalItem.' })
  baseType: string;

  @EdmProperty({
    type: () => SchemaPropertyDto,
    collection: true,
    nullable: true,
    required: BOTH,
    description: 'What an item may have.',
  })
  properties: SchemaPropertyDto[];
}
