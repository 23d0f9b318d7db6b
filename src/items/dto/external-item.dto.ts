import { ApiProperty } from '@nestjs/swagger';
import { CollectionDto } from '../../graph/odata/collection.dto.js';
import { ModelType, Property } from '../../graph/odata/edm.js';
import { GUID_RULE } from '../item-rules.js';
import { EXTERNAL_ITEM_CONTENT_TYPE } from '../enums.js';
import { AclDto } from './acl.dto.js';
import { BOTH } from '../../graph/http/request-context.js';

/** docs/contract/api.md#1.8. */
@ModelType({ name: 'externalItemContent' })
export class ExternalItemContentDto {
  @Property({
    type: EXTERNAL_ITEM_CONTENT_TYPE,
    required: BOTH,
    description: 'What the value is written in.',
    example: 'text',
  })
  type: string;

  @Property({
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
  @Property({
    type: 'String',
    nullable: true,
    rules: [GUID_RULE],
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
    'Values by the names of the schema; a collection needs `name@odata.type`, for instance `Collection(String)`.',
  example: {
    ticketTitle: 'Printer on floor 3',
    'tags@odata.type': 'Collection(String)',
    tags: ['printer', 'floor3'],
  },
} as const;

/** The body of `PUT …/items/{id}`, and of its older form `PATCH` (docs/contract/api.md#2.2.10): what is absent stays. */
@ModelType({ name: 'externalItem', schema: 'externalItem.put', ignored: ['activities', 'type'] })
export class PutItemDto {
  @Property({
    type: 'String',
    nullable: true,
    description: 'May be sent, and must then be the id of the address.',
  })
  id?: string | null;

  @Property({
    type: () => AclDto,
    collection: true,
    nullable: true,
    withoutRules: true,
    description: 'Who may see the item: at least one entry. A new item needs it.',
  })
  acl?: AclDto[] | null;

  @Property(PROPERTIES)
  properties?: ItemPropertiesDto | null;

  @Property({ type: () => ExternalItemContentDto, nullable: true, description: 'The text that is indexed.' })
  content?: ExternalItemContentDto | null;

  @Property({
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

  @Property({ type: 'String', required: BOTH, description: 'Chosen by the caller.', example: 'T4711' })
  id: string;

  @Property({
    type: () => AclDto,
    collection: true,
    nullable: true,
    required: BOTH,
    description: 'Who may see the item.',
  })
  acl: AclDto[];

  @Property({ ...PROPERTIES, required: BOTH })
  properties: Record<string, unknown>;

  @Property({ type: () => ExternalItemContentDto, nullable: true, description: 'The text that is indexed.' })
  content?: ExternalItemContentDto;

  @Property({
    type: () => InformationProtectionLabelDto,
    nullable: true,
    description: 'Its sensitivity label.',
  })
  informationProtectionLabel?: InformationProtectionLabelDto;

  @ApiProperty({
    required: false,
    type: 'array',
    items: { type: 'object' },
    description: 'In the answer of a write: always empty. GET …/activities has what was recorded.',
  })
  activities?: never[];
}

/** The answer of `GET …/items`. */
@ModelType({ name: 'externalItem', schema: 'externalItemCollectionResponse' })
export class ExternalItemCollectionDto extends CollectionDto {
  @ApiProperty({ type: () => ExternalItemDto, isArray: true, required: true })
  value: ExternalItemDto[];
}
