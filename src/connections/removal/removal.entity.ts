import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is gone for every request, a connection or something below one, and of which rows are still to be removed. */
@Entity('external_connection_removal')
export class RemovalEntity {
  @PrimaryColumn('varchar')
  ownerKey: string;

  @Column('varchar')
  deletedDateTime: string;
}
