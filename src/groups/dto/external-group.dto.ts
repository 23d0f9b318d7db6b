import { ApiProperty } from '@nestjs/swagger';
import { CollectionDto } from '../../graph/odata/collection.dto.js';
import { EdmProperty, ModelType } from '../../graph/odata/edm.js';
import { GROUP_ID_RULE } from '../group-rules.js';
import { IdentityDto } from './identity.dto.js';
import { BOTH } from '../../graph/http/request-context.js';

const ID = {
  type: 'String',
  required: BOTH,
  rules: [GROUP_ID_RULE],
  description:
    'Chosen by the caller: at most 128 characters of A-Z a-z 0-9 _ - =; unique in the connection, with regard to case.',
  example: 'nightShift',
} as const;

const DISPLAY_NAME = {
  type: 'String',
  nullable: true,
  description: 'The display name of the group.',
  example: 'Night shift',
} as const;

const DESCRIPTION = {
  type: 'String',
  nullable: true,
  description: 'The members of the group.',
  example: 'Everyone who works at night',
} as const;

/** The body of `POST …/groups` (docs/contract/api.md#2.2.14). */
@ModelType({ name: 'externalGroup', schema: 'externalGroup.create', navigations: { members: BOTH } })
export class CreateGroupDto {
  @EdmProperty(ID)
  id: string;

  @EdmProperty(DISPLAY_NAME)
  displayName?: string | null;

  @EdmProperty(DESCRIPTION)
  description?: string | null;
}

/** The body of `PATCH …/groups/{id}` (docs/contract/api.md#2.2.14): what is absent stays. */
@ModelType({ name: 'externalGroup', schema: 'externalGroup.update', navigations: { members: BOTH } })
export class UpdateGroupDto {
  @EdmProperty({
    type: 'String',
    description: 'Optional; must equal the id in the address.',
    example: ID.example,
  })
  id?: string;

  @EdmProperty(DISPLAY_NAME)
  displayName?: string | null;

  @EdmProperty(DESCRIPTION)
  description?: string | null;
}

/** docs/contract/api.md#1.11. */
@ModelType({ name: 'externalGroup', navigations: { members: BOTH } })
export class ExternalGroupDto {
  @ApiProperty({
    required: false,
    example: "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/groups/$entity",
  })
  '@odata.context'?: string;

  @EdmProperty(ID)
  id: string;

  @EdmProperty({ ...DISPLAY_NAME, required: BOTH })
  displayName: string | null;

  @EdmProperty({ ...DESCRIPTION, required: BOTH })
  description: string | null;

  @ApiProperty({
    type: () => IdentityDto,
    isArray: true,
    required: false,
    description: 'With $expand=members: the first page of members.',
  })
  members?: IdentityDto[];

  @ApiProperty({
    required: false,
    description: 'With $expand=members: the link to the next page, if there is one.',
  })
  'members@odata.nextLink'?: string;
}

/** The answer of `GET …/groups`. */
@ModelType({ name: 'externalGroup', schema: 'externalGroupCollectionResponse' })
export class ExternalGroupCollectionDto extends CollectionDto {
  @ApiProperty({ type: () => ExternalGroupDto, isArray: true, required: true })
  value: ExternalGroupDto[];
}
