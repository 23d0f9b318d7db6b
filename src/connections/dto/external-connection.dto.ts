import { ApiProperty } from '@nestjs/swagger';
import { CollectionDto } from '../../graph/odata/collection.dto.js';
import { EdmProperty, ModelType } from '../../graph/odata/edm.js';
import { maxItems, maxLength, notBlank } from '../../graph/odata/rules.js';
import { CONNECTION_ID_RULES } from '../connection-rules.js';
import { CONNECTION_STATE, CONTENT_CATEGORY, CONTENT_EXPERIENCE_TYPE } from '../enums.js';
import { ActivitySettingsDto } from './activity-settings.dto.js';
import { ComplianceSettingsDto, SearchSettingsDto } from './search-settings.dto.js';
import { BETA, BOTH } from '../../graph/http/request-context.js';

/** No document gives a limit; one is needed, since each id is a row that a create writes. */
const MOST_AUTHORIZED_APPS = 1_000;

/** docs/contract/api.md#1.2. An open type: members that the model does not declare are kept. */
@ModelType({ name: 'configuration', open: true })
export class ConfigurationDto {
  @EdmProperty({
    type: 'String',
    collection: true,
    nullable: true,
    rules: [maxItems(MOST_AUTHORIZED_APPS), notBlank({ each: true })],
    description:
      'The application (client) ids that may manage the connection and index into it. The creating application is always among them.',
    example: ['d310d35d-72ec-47dd-92f2-fb9c40936555'],
  })
  authorizedAppIds?: string[] | null;
}

const ID = {
  type: 'String',
  required: BOTH,
  rules: CONNECTION_ID_RULES,
  description:
    'Chosen by the caller: 3 to 32 letters and digits, not beginning with "Microsoft", not a reserved word, unique in the tenant without regard to case.',
  example: 'contosohr',
} as const;

const NAME = {
  type: 'String',
  required: BOTH,
  rules: [maxLength(128)],
  description: 'Shown in the admin center.',
  example: 'Contoso HR',
} as const;

/** What the service computes, and a member of no model that connectors send (docs/contract/field.md#3.5). */
const IGNORED = [
  'state',
  'ingestedItemsCount',
  'groups',
  'items',
  'operations',
  'schema',
  'quota',
  'contentDomainCategoryName',
] as const;

const DESCRIPTION = {
  type: 'String',
  nullable: true,
  description: 'What the connection is for.',
  example: 'Connection to index Contoso HR system',
} as const;

/** The settings that create and answer have in common (docs/contract/api.md#1.1). */
class ConnectionSettings {
  @EdmProperty({
    type: () => ConfigurationDto,
    nullable: true,
    description: 'Who may manage the connection.',
  })
  configuration?: ConfigurationDto | null;

  @EdmProperty({
    type: 'String',
    nullable: true,
    description: 'The id of the Teams app that brought the connection.',
  })
  connectorId?: string | null;

  @EdmProperty({
    type: CONTENT_CATEGORY,
    description: 'What kind of content is indexed; without it, uncategorized.',
  })
  contentCategory?: string;

  @EdmProperty({
    type: CONTENT_EXPERIENCE_TYPE,
    nullable: true,
    versions: BETA,
    description: 'Where the content is used.',
    example: 'search,compliance',
  })
  enabledContentExperiences?: string | null;

  @EdmProperty({ type: () => SearchSettingsDto, nullable: true, description: 'How search shows the items.' })
  searchSettings?: SearchSettingsDto | null;

  @EdmProperty({
    type: () => ActivitySettingsDto,
    nullable: true,
    description: 'How activities find their items.',
  })
  activitySettings?: ActivitySettingsDto | null;

  @EdmProperty({
    type: () => ComplianceSettingsDto,
    nullable: true,
    versions: BETA,
    description: 'How eDiscovery shows the items.',
  })
  complianceSettings?: ComplianceSettingsDto | null;
}

/** The body of `POST /external/connections` (seed; docs/contract/api.md#2.2.2). */
@ModelType({
  name: 'externalConnection',
  schema: 'externalConnection.create',
  ignored: IGNORED,
})
export class CreateConnectionDto extends ConnectionSettings {
  @EdmProperty(ID)
  id: string;

  @EdmProperty(NAME)
  name: string;

  @EdmProperty({ ...DESCRIPTION, required: ['v1.0'] })
  description?: string | null;
}

/** The body of `PATCH /external/connections/{id}` (docs/contract/api.md#2.2.4): what is absent stays. */
@ModelType({ name: 'externalConnection', schema: 'externalConnection.update', ignored: IGNORED })
export class UpdateConnectionDto extends ConnectionSettings {
  @EdmProperty({
    type: 'String',
    description: 'Optional; must equal the id in the address.',
    example: 'contosohr',
  })
  id?: string;

  @EdmProperty({
    type: 'String',
    rules: [notBlank(), maxLength(128)],
    description: NAME.description,
    example: NAME.example,
  })
  name?: string;

  @EdmProperty(DESCRIPTION)
  description?: string | null;
}

/** An externalConnection in an answer. Settings that were never set are omitted (docs/contract/api.md#2.2.2). */
@ModelType({
  name: 'externalConnection',
  navigations: { groups: BOTH, items: BOTH, operations: BOTH, quota: BETA, schema: BOTH },
})
export class ExternalConnectionDto extends ConnectionSettings {
  @ApiProperty({
    required: false,
    example: 'http://127.0.0.1:3000/beta/$metadata#external/connections/$entity',
  })
  '@odata.context'?: string;

  @EdmProperty(ID)
  id: string;

  @EdmProperty(NAME)
  name: string;

  @EdmProperty({ ...DESCRIPTION, required: BOTH })
  description: string | null;

  @EdmProperty({
    type: CONNECTION_STATE,
    readOnly: true,
    required: BOTH,
    description: 'Computed by the service; draft right after creation.',
    example: 'draft',
  })
  state: string;

  @EdmProperty({
    type: 'Int64',
    nullable: true,
    readOnly: true,
    versions: BETA,
    description: 'How many items the connection has. Null in a draft, and then only with $select.',
  })
  ingestedItemsCount?: number | null;
}

/** The answer of `GET /external/connections`. */
@ModelType({ name: 'externalConnection', schema: 'externalConnectionCollectionResponse' })
export class ExternalConnectionCollectionDto extends CollectionDto {
  @ApiProperty({ type: () => ExternalConnectionDto, isArray: true, required: true })
  value: ExternalConnectionDto[];
}
