import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An externalActivity that was recorded of an item (docs/contract/api.md#1.10); it goes with the item. */
@Entity('external_activity')
export class ActivityEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  @PrimaryColumn('varchar')
  itemId: string;

  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  type: string;

  @Column('varchar')
  startDateTime: string;

  @Column('varchar', { nullable: true })
  performedById: string | null;
}
