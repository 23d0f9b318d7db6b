import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An externalGroup (docs/contract/api.md#1.11). */
@Entity('external_group')
@Index('external_group_key', ['groupKey'], { unique: true })
export class GroupEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  /** Told apart with case. */
  @PrimaryColumn('varchar')
  id: string;

  /** Names this one group for ever: its members refer to it, so that they are not those of a later group of the same id. */
  @Column('varchar')
  groupKey: string;

  @Column('text', { nullable: true })
  displayName: string | null;

  @Column('text', { nullable: true })
  description: string | null;
}
