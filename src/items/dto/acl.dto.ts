import { ModelType, Property } from '../../graph/odata/edm.js';
import { IDENTITY_SOURCE_TYPE } from '../../groups/enums.js';
import { ACCESS_TYPE, ACL_TYPE } from '../enums.js';
import { BOTH } from '../../graph/http/request-context.js';

/** One entry of an access control list (docs/contract/api.md#1.9). */
@ModelType({ name: 'acl' })
export class AclDto {
  @Property({ type: ACL_TYPE, required: BOTH, description: 'Whom the entry is about.', example: 'everyone' })
  type: string;

  @Property({
    type: 'String',
    required: BOTH,
    description:
      'The object id of a user or group, the tenant id for everyone, the id of an externalGroup, which need not exist yet.',
    example: 'everyone',
  })
  value: string;

  @Property({
    type: ACCESS_TYPE,
    required: BOTH,
    description: 'Deny goes before grant.',
    example: 'grant',
  })
  accessType: string;

  @Property({
    type: IDENTITY_SOURCE_TYPE,
    nullable: true,
    versions: ['beta'],
    description: 'The older way to say externalGroup: a group whose identitySource is external.',
  })
  identitySource?: string | null;
}
