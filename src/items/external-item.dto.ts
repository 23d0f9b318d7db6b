import { ApiProperty } from '@nestjs/swagger';
import { BOTH } from '../graph/http/request-context.js';
import { CollectionDto } from '../graph/odata/collection.dto.js';
import { GUID } from '../graph/odata/edm-values.js';
import { EdmProperty, type EnumType, ModelType, type PropertyOptions } from '../graph/odata/edm.js';
import { matches } from '../graph/odata/rules.js';
import { IDENTITY_SOURCE_TYPE } from '../groups/dto/identity.dto.js';

/** docs/contract/api.md#1.9. */
const ACL_TYPE: EnumType = {
  name: 'aclType',
  members: ['user', 'group', 'everyone', 'everyoneExceptGuests', 'externalGroup'],
};

const ACCESS_TYPE: EnumType = { name: 'accessType', members: ['grant', 'deny'] };

/** docs/contract/api.md#1.8. */
const EXTERNAL_ITEM_CONTENT_TYPE: EnumType = {
  name: 'externalItemContentType',
  members: ['text', 'html'],
};

/** One entry of an access control list (docs/contract/api.md#1.9). */
@ModelType({ name: 'acl' })
export class AclDto {
  @EdmProperty({
    type: ACL_TYPE,
    required: BOTH,
    description: 'The kind of principal that the entry grants or denies access.',
    example: 'everyone',
  })
  type: string;

  @EdmProperty({
    type: 'String',
    required: BOTH,
    description:
      'The object id of a user or group, the tenant id for everyone, or the id of an externalGroup. The group need not exist yet.',
    example: 'everyone',
  })
  value: string;

  @EdmProperty({
    type: ACCESS_TYPE,
    required: BOTH,
    description: 'Deny takes precedence over grant.',
    example: 'grant',
  })
  accessType: string;

  @EdmProperty({
    type: IDENTITY_SOURCE_TYPE,
    nullable: true,
    versions: ['beta'],
    description: 'The older form of externalGroup: a group whose identitySource is external.',
  })
  identitySource?: string | null;
}

/** docs/contract/api.md#1.8. */
@ModelType({ name: 'externalItemContent' })
export class ExternalItemContentDto {
  @EdmProperty({
    type: EXTERNAL_ITEM_CONTENT_TYPE,
    required: BOTH,
    description: 'The format of the value.',
    example: 'text',
  })
  type: string;

  @EdmProperty({
    type: 'String',
    nullable: true,
    description: 'The text that is indexed.',
    example: 'Paper jam since Monday.',
  })
  value?: string | null;
}

/** docs/contract/api.md#1.8. */
@ModelType({ name: 'externalItemInformationProtectionLabel' })
export class InformationProtectionLabelDto {
  @EdmProperty({
    type: 'String',
    nullable: true,
    rules: [matches(GUID, 'InvalidSensitivityLabel', (path) => `Property '${path}' must be a GUID.`)],
    description: 'The id of a sensitivity label.',
  })
  sensitivityLabelId?: string | null;
}

/** Whatever the schema of the connection says (docs/contract/api.md#1.8); `item-properties.ts` checks it. */
@ModelType({ name: 'properties', open: true, verbatim: true })
export class ItemPropertiesDto {}

const PROPERTIES = {
  type: () => ItemPropertiesDto,
  nullable: true,
  withoutRules: true,
  description:
    'The values, by the names in the schema. A collection needs `name@odata.type`, for instance `Collection(String)`.',
  example: {
    ticketTitle: 'Printer on floor 3',
    'tags@odata.type': 'Collection(String)',
    tags: ['printer', 'floor3'],
  },
} as const;

/** The body of `PUT …/items/{id}`, and of its older form `PATCH` (docs/contract/api.md#2.2.10): what is absent stays. */
@ModelType({ name: 'externalItem', schema: 'externalItem.put', ignored: ['activities', 'type'] })
export class PutItemDto {
  @EdmProperty({
    type: 'String',
    nullable: true,
    description: 'Optional; must equal the id in the address.',
  })
  id?: string | null;

  @EdmProperty({
    type: () => AclDto,
    collection: true,
    nullable: true,
    withoutRules: true,
    description: 'Who can see the item: at least one entry. Required for a new item.',
  })
  acl?: AclDto[] | null;

  @EdmProperty(PROPERTIES)
  properties?: ItemPropertiesDto | null;

  @EdmProperty({
    type: () => ExternalItemContentDto,
    nullable: true,
    description: 'The text that is indexed.',
  })
  content?: ExternalItemContentDto | null;

  @EdmProperty({
    type: () => InformationProtectionLabelDto,
    nullable: true,
    description: 'Its sensitivity label.',
  })
  informationProtectionLabel?: InformationProtectionLabelDto | null;
}

/** An externalItem as it is answered (docs/contract/api.md#2.2.10 and #2.2.11). */
@ModelType({ name: 'externalItem' })
export class ExternalItemDto {
  @ApiProperty({
    required: false,
    example: "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/items/$entity",
  })
  '@odata.context'?: string;

  @EdmProperty({ type: 'String', required: BOTH, description: 'Chosen by the caller.', example: 'T4711' })
  id: string;

  @EdmProperty({
    type: () => AclDto,
    collection: true,
    nullable: true,
    required: BOTH,
    description: 'Who can see the item.',
  })
  acl: AclDto[];

  @EdmProperty({ ...PROPERTIES, required: BOTH })
  properties: Record<string, unknown>;

  @EdmProperty({
    type: () => ExternalItemContentDto,
    nullable: true,
    description: 'The text that is indexed.',
  })
  content?: ExternalItemContentDto;

  @EdmProperty({
    type: () => InformationProtectionLabelDto,
    nullable: true,
    description: 'Its sensitivity label.',
  })
  informationProtectionLabel?: InformationProtectionLabelDto;

  @ApiProperty({
    required: false,
    type: 'array',
    items: { type: 'object' },
    description: 'Always empty in the answer of a write. GET …/activities lists the recorded activities.',
  })
  activities?: never[];
}

/** The answer of `GET …/items`. */
@ModelType({ name: 'externalItem', schema: 'externalItemCollectionResponse' })
export class ExternalItemCollectionDto extends CollectionDto {
  @ApiProperty({ type: () => ExternalItemDto, isArray: true, required: true })
  value: ExternalItemDto[];
}

const text = (description: string): PropertyOptions => ({ type: 'String', nullable: true, description });

/** A person, or something that acts as one: the value of a `principal` property of an item (docs/contract/api.md#1.12). */
@ModelType({ name: 'principal' })
export class PrincipalDto {
  @EdmProperty(text('The name in the external system.'))
  externalName?: string | null;

  @EdmProperty(text('The id in the external system.'))
  externalId?: string | null;

  @EdmProperty(text('The display name in the directory.'))
  entraDisplayName?: string | null;

  @EdmProperty(text('The object id in the directory.'))
  entraId?: string | null;

  @EdmProperty(text('The address of the mailbox.'))
  email?: string | null;

  @EdmProperty(text('The user principal name.'))
  upn?: string | null;

  @EdmProperty(text('The tenant of the directory.'))
  tenantId?: string | null;
}
