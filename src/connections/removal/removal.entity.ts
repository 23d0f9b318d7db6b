import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A connection that is gone for every request, and of which rows are still to be removed. */
@Entity('external_connection_removal')
export class RemovalEntity {
  @PrimaryColumn('varchar')
  connectionKey: string;

  @Column('varchar')
  deletedDateTime: string;
}
