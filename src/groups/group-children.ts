import type { ChildTable } from '../connections/removal/connection-children.js';
import { MemberEntity } from './member.entity.js';

/** The members of one group, which go when it goes. */
export const MEMBERS_OF_GROUP: ChildTable = {
  entity: MemberEntity,
  owner: 'groupKey',
  keys: ['normalizedId'],
};
