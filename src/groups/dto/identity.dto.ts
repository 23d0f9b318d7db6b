import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { CollectionDto } from '../../graph/odata/collection.dto.js';
import {
  EdmProperty,
  ENUM_EXTENSION,
  enumSchema,
  type EnumType,
  ModelType,
  VERSIONS_EXTENSION,
} from '../../graph/odata/edm.js';
import { BOTH } from '../../graph/http/request-context.js';

/** docs/contract/api.md#1.11. */
export const IDENTITY_TYPE: EnumType = {
  name: 'identityType',
  members: ['user', 'group', 'externalGroup'],
};

/** docs/contract/api.md#1.9, docs/contract/field.md#4.1: of an older form, in which an external group is a group of this source. */
export const IDENTITY_SOURCE_TYPE: EnumType = {
  name: 'identitySourceType',
  members: ['azureActiveDirectory', 'external'],
};

export type IdentitySource = 'azureActiveDirectory' | 'external';

export type IdentityType = 'user' | 'group' | 'externalGroup';

const ID = {
  type: 'String',
  required: BOTH,
  description:
    'The object id (a GUID) of a user or group in the directory, or the id of an externalGroup of the same connection.',
  example: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566',
} as const;

const TYPE = {
  type: IDENTITY_TYPE,
  required: BOTH,
  description: 'The kind of member.',
  example: 'user',
} as const;

const IDENTITY_SOURCE = {
  description: 'The older form of externalGroup: a group whose identitySource is external.',
  example: 'external',
} as const;

/** The body of `POST …/groups/{id}/members` (docs/contract/api.md#2.2.14). */
@ModelType({ name: 'identity', schema: 'identity.create' })
export class CreateIdentityDto {
  @EdmProperty(ID)
  id: string;

  @EdmProperty(TYPE)
  type: IdentityType;

  @EdmProperty({ ...IDENTITY_SOURCE, type: IDENTITY_SOURCE_TYPE, nullable: true })
  identitySource?: IdentitySource | null;
}

/** docs/contract/api.md#1.11. */
@ModelType({ name: 'identity' })
export class IdentityDto {
  @ApiProperty({
    required: false,
    example:
      "http://127.0.0.1:3000/beta/$metadata#external/connections('contosohr')/groups('nightShift')/members/$entity",
  })
  '@odata.context'?: string;

  @EdmProperty(ID)
  id: string;

  @EdmProperty(TYPE)
  type: IdentityType;

  // Of no model any more, so it is not in `$metadata`.
  @ApiProperty({
    ...IDENTITY_SOURCE,
    type: String,
    required: false,
    [ENUM_EXTENSION]: enumSchema(IDENTITY_SOURCE_TYPE),
    [VERSIONS_EXTENSION]: ['beta'],
  } as ApiPropertyOptions)
  identitySource?: IdentitySource;
}

/** The answer of `GET …/groups/{id}/members`. */
@ModelType({ name: 'identity', schema: 'identityCollectionResponse' })
export class IdentityCollectionDto extends CollectionDto {
  @ApiProperty({ type: () => IdentityDto, isArray: true, required: true })
  value: IdentityDto[];
}
