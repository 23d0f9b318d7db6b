import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { IdentitySource, IdentityType } from './enums.js';

/** An identity in an external group (docs/contract/api.md#1.11). */
@Entity('external_group_member')
@Index('external_group_member_identity', ['connectionKey', 'normalizedId'])
export class MemberEntity {
  @PrimaryColumn('varchar')
  groupKey: string;

  /** The id as it is compared: a GUID in lower case, any other as it was written. */
  @PrimaryColumn('varchar')
  normalizedId: string;

  /** By which all groups of a connection are found that hold somebody, and the members are removed when it goes. */
  @Column('varchar')
  connectionKey: string;

  @Column('varchar')
  id: string;

  @Column('varchar')
  type: IdentityType;

  /** Where the client named one. */
  @Column('varchar', { nullable: true })
  identitySource: IdentitySource | null;
}
